import type { AlertDocument } from '../../core/alert/alert-document.ts';

/** What delivering one alert came to; `again` is tried again. */
export type Delivery =
  | { readonly kind: 'sent' }
  | { readonly kind: 'ran' }
  | { readonly kind: 'again' | 'failed'; readonly because: string };

export interface QueueOptions {
  /** `webhook`, `exec`: how it is called in messages. */
  readonly name: string;
  readonly deliver: (document: AlertDocument) => Promise<Delivery>;
  readonly mostWaiting: number;
  /** Tries of one document. */
  readonly mostTries: number;
  /** Before the second try; it doubles from try to try. */
  readonly firstPauseMs: number;
  readonly mostPauseMs: number;
  /** How long the end of a watch waits that nobody interrupted. */
  readonly lastMs: number;
  readonly say: (message: string) => void;
}

/**
 * Delivers alerts one after the other, each tried several times. A bounded queue: when the other side stays away, the oldest go. Nothing
 * that happens here stops the watch.
 */
export class AlertQueue {
  readonly #options: QueueOptions;
  #waiting: AlertDocument[] = [];
  #running: Promise<void> | null = null;
  #isEnding = false;
  #wake: () => void = () => undefined;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  notify(document: AlertDocument): void {
    const { mostWaiting, name, say } = this.#options;
    this.#waiting.push(document);
    while (this.#waiting.length > mostWaiting) {
      const lost = this.#waiting.shift();
      say(`${name}: alert ${lost?.id ?? '?'} is dropped, more than ${mostWaiting} wait`);
    }
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
  }

  /** Gives what waits one more try, without pauses, and at most `ms`; null: as long as a watch may that was not interrupted. */
  async end(ms: number | null): Promise<void> {
    if (this.#running === null) return;
    this.#isEnding = true;
    this.#wake();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms ?? this.#options.lastMs);
    });
    await Promise.race([this.#running, late]);
    clearTimeout(timer);
    const left = this.#waiting.length;
    if (left > 0)
      this.#options.say(`${this.#options.name}: ${left === 1 ? '1 alert was' : `${left} alerts were`} not delivered`);
    this.#waiting = [];
  }

  async #run(): Promise<void> {
    for (;;) {
      const [document] = this.#waiting;
      if (document === undefined) return;
      await this.#deliver(document);
      if (this.#waiting[0] === document) this.#waiting.shift();
    }
  }

  async #deliver(document: AlertDocument): Promise<void> {
    const { deliver, mostTries, firstPauseMs, mostPauseMs, name, say } = this.#options;
    let pauseMs = firstPauseMs;
    for (let tries = 1; ; tries += 1) {
      const delivery = await deliver(document);
      if (delivery.kind === 'sent' || delivery.kind === 'ran') return;
      const isLast = delivery.kind === 'failed' || tries >= mostTries || this.#isEnding;
      if (isLast || tries === 1) say(`${name}: alert ${document.id}: ${delivery.because}${isLast ? '; given up' : ''}`);
      if (isLast) return;
      await this.#pause(pauseMs);
      pauseMs = Math.min(pauseMs * 2, mostPauseMs);
    }
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
