import type { Socket } from 'node:net';
import { FrameReader, toFrame } from './frame.ts';
import type { Parsed } from './message.ts';

/** Heartbeats that may fail to come before ConnCmd counts as broken. */
const MISSED_HEARTBEATS = 3;

/** Frames that may lie unsent, in bytes: a peer that does not read its ConnCmd is hung. */
const MAX_UNSENT_BYTES = 1 << 20;

export interface CommandListener<Incoming> {
  readonly parse: (value: unknown) => Parsed<Incoming>;
  readonly onMessage: (message: Incoming) => void;
  /** Called once, whatever ends the connection, with the reason in words. */
  readonly onBroken: (because: string) => void;
}

/**
 * ConnCmd, seen from either end: frames in, frames out, and one answer to "is it still there".
 *
 * Everything that can end it (FIN, RST, a bad frame, silence, a peer that stops reading) ends in one `onBroken`:
 * the leak of the original began where one of those ways told nobody.
 */
export class CommandConnection<Incoming> {
  readonly #socket: Socket;
  readonly #listener: CommandListener<Incoming>;
  readonly #frames = new FrameReader();
  #heartbeat: NodeJS.Timeout | undefined;
  #missed = 0;
  #isBroken = false;

  constructor(socket: Socket, listener: CommandListener<Incoming>) {
    this.#socket = socket;
    this.#listener = listener;
    socket.on('data', (bytes) => this.#read(bytes));
    socket.on('end', () => this.close('the peer ended it'));
    socket.on('error', (error) => this.close(error.message));
    socket.on('close', () => this.close('the socket closed'));
  }

  send(message: object): void {
    if (this.#isBroken) return;
    this.#socket.write(toFrame(message));
    if (this.#socket.writableLength > MAX_UNSENT_BYTES) this.close('the peer does not read');
  }

  /**
   * Sends a ping each interval and counts the intervals in which nothing came.
   *
   * A ping needs no answer: the other side sends its own. Ticks are counted, not time: a side that was stopped for an
   * hour and goes on has one tick due, not hundreds, and so does not take its own sleep for the death of the peer.
   */
  startHeartbeat(intervalMs: number): void {
    if (intervalMs === 0 || this.#isBroken) return;
    this.#heartbeat = setInterval(() => {
      this.#missed += 1;
      if (this.#missed > MISSED_HEARTBEATS) this.close(`${MISSED_HEARTBEATS} heartbeats of ${intervalMs} ms missed`);
      else this.send({ type: 'ping' });
    }, intervalMs);
  }

  close(because: string): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    clearInterval(this.#heartbeat);
    this.#socket.destroySoon();
    // A peer that does not read would keep destroySoon() waiting for ever.
    setTimeout(() => this.#socket.destroy(), 1000).unref();
    this.#listener.onBroken(because);
  }

  #read(bytes: Buffer): void {
    this.#missed = 0;
    for (const frame of this.#frames.push(bytes)) {
      if (this.#isBroken) return;
      const parsed = frame.kind === 'bad' ? frame : this.#listener.parse(frame.value);
      if (parsed.kind === 'bad') this.close(parsed.because);
      else this.#listener.onMessage(parsed.message);
    }
  }
}
