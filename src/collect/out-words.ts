import type { OutValue } from './kernel-calls.ts';

/** Memory for what a call writes, also seen as 32-bit words of the host. */
export class OutWords implements OutValue {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly length = new Int32Array(1);

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.words = new Int32Array(this.bytes.buffer);
  }

  /** Itself, with room for so many bytes. */
  emptied(size = this.bytes.length): this {
    this.length[0] = size;
    return this;
  }
}

/** Whether `words` begins with `known`. */
export function hasSameWords(words: Int32Array, known: Int32Array): boolean {
  for (let at = 0; at < known.length; at++) if (words[at] !== known[at]) return false;
  return true;
}
