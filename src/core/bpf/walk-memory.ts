import type { Endpoint } from '../model/socket.ts';
import { measureJiffyMs } from './jiffies.ts';

const MINOR_BITS = 20;

/** What the records of one walk have in common: the rate of the coarse clock, and addresses, of which thousands are one listener's. */
export class WalkMemory {
  readonly #texts = new Map<number, string>();
  readonly #devices = new Map<number, string>();
  readonly #four = new Map<number, Endpoint>();
  #jiffyMs: number | null = null;

  jiffyMs(jiffies: number, nowMs: number): number | null {
    return (this.#jiffyMs ??= measureJiffyMs(jiffies, nowMs));
  }

  /** An IPv4 address, its bytes as one number, and a port: one object for all that are equal. */
  four(word: number, port: number, format: () => string): Endpoint {
    const key = word * 0x1_0000 + port;
    const known = this.#four.get(key);
    if (known !== undefined) return known;
    const endpoint = { address: format(), port };
    this.#four.set(key, endpoint);
    return endpoint;
  }

  text(number: number): string {
    const known = this.#texts.get(number) ?? `${number}`;
    this.#texts.set(number, known);
    return known;
  }

  /** `8:1`. @see kernel include/linux/kdev_t.h MINORBITS */
  device(number: number): string {
    const known = this.#devices.get(number) ?? `${number >>> MINOR_BITS}:${number & ((1 << MINOR_BITS) - 1)}`;
    this.#devices.set(number, known);
    return known;
  }
}
