import type { Relay } from './relay.ts';

/** Looks per idle time: a relay is broken off after one to one and a quarter of it. */
const LOOKS = 4;

interface Progress {
  movedBytes: number;
  quietLooks: number;
}

/**
 * Breaks off relays that move no byte either way for `idleMs`: the peer that hangs with a full window never closes, and
 * TCP keeps such a connection open for as long as the peer's kernel answers. One timer for all of them.
 */
export class IdleWatch {
  readonly #progress = new Map<Relay, Progress>();
  readonly #timer: NodeJS.Timeout;

  /** `onIdle` learns how many were broken off at one look. */
  constructor(idleMs: number, onIdle: (count: number) => void) {
    this.#timer = setInterval(() => this.#look(onIdle), Math.max(1, idleMs / LOOKS)).unref();
  }

  add(relay: Relay): void {
    this.#progress.set(relay, { movedBytes: -1, quietLooks: 0 });
  }

  delete(relay: Relay): void {
    this.#progress.delete(relay);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(onIdle: (count: number) => void): void {
    let idle = 0;
    for (const [relay, progress] of this.#progress) {
      const { movedBytes } = relay;
      progress.quietLooks = movedBytes === progress.movedBytes ? progress.quietLooks + 1 : 0;
      progress.movedBytes = movedBytes;
      if (progress.quietLooks < LOOKS) continue;
      relay.reset();
      idle += 1;
    }
    if (idle > 0) onIdle(idle);
  }
}
