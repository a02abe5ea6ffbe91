/** Writes the binary that `parseBtf` reads, for tests: types by name, numbered from 1 in the order they are added. */
export class BtfWriter {
  readonly #types: number[][] = [];
  readonly #strings = new Map([['', 0]]);
  #stringBytes = 1;

  int(name: string, sizeBytes: number, bits = sizeBytes * 8): number {
    return this.#add([this.#string(name), 1 << 24, sizeBytes, bits]);
  }

  pointer(to: number): number {
    return this.#add([0, 2 << 24, to]);
  }

  array(of: number, count: number): number {
    return this.#add([0, 3 << 24, 0, of, of, count]);
  }

  typedef(name: string, to: number): number {
    return this.#add([this.#string(name), 8 << 24, to]);
  }

  volatile(of: number): number {
    return this.#add([0, 9 << 24, of]);
  }

  func(name: string): number {
    return this.#add([this.#string(name), 12 << 24, 0]);
  }

  /** Members as `[name, type, byte offset]`, a bit field with its bits and their number. */
  struct(name: string, members: readonly (readonly [string, number, number, bits?: number])[], kind = 4): number {
    const hasBitFields = members.some(([, , , bits]) => bits !== undefined);
    const rows = members.flatMap(([member, type, at, bits = 0]) => [
      this.#string(member),
      type,
      (bits << 24) | (at * 8),
    ]);
    return this.#add([this.#string(name), (kind << 24) | members.length | (hasBitFields ? 1 << 31 : 0), 64, ...rows]);
  }

  union(name: string, members: readonly (readonly [string, number, number])[]): number {
    return this.struct(name, members, 5);
  }

  bytes(): Uint8Array {
    const words = this.#types.flat();
    const text = Buffer.from(`${[...this.#strings.keys()].join('\0')}\0`, 'latin1');
    const bytes = Buffer.alloc(24 + words.length * 4 + text.length);
    bytes.writeUInt16LE(0xeb9f, 0);
    bytes.writeUInt8(1, 2);
    for (const [at, value] of [24, 0, words.length * 4, words.length * 4, text.length].entries())
      bytes.writeUInt32LE(value, 4 + at * 4);
    for (const [at, word] of words.entries()) bytes.writeUInt32LE(word >>> 0, 24 + at * 4);
    text.copy(bytes, 24 + words.length * 4);
    return bytes;
  }

  #add(words: number[]): number {
    return this.#types.push(words);
  }

  /** Each text stands there once, as the kernel has it. */
  #string(name: string): number {
    const known = this.#strings.get(name);
    if (known !== undefined) return known;
    const at = this.#stringBytes;
    this.#strings.set(name, at);
    this.#stringBytes += name.length + 1;
    return at;
  }
}
