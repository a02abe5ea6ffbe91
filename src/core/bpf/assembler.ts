/** One register of the BPF machine: r0 is a call's result, r1 to r5 its arguments, r6 to r9 survive calls, r10 is the frame. */
export type Register = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;

export type Width = 1 | 2 | 4 | 8;

const LOAD = { 1: 0x71, 2: 0x69, 4: 0x61, 8: 0x79 } as const satisfies Record<Width, number>;
const STORE = { 1: 0x73, 2: 0x6b, 4: 0x63, 8: 0x7b } as const satisfies Record<Width, number>;

const JUMP = { always: 0x05, equal: 0x15, greater: 0x25, notEqual: 0x55 } as const;

/** `src` of a load of 64 bits: a map by its descriptor, and the address of its value. */
const MAP_VALUE = 2;

interface Instruction {
  readonly code: number;
  readonly dst: number;
  readonly src: number;
  readonly offset: number;
  readonly value: number;
  /** The label that a jump leads to; its offset is known at the end. */
  readonly to: string | null;
}

/** Writes a BPF program instruction by instruction. @see kernel Documentation/bpf/standardization/instruction-set.rst */
export class Assembler {
  readonly #instructions: Instruction[] = [];
  readonly #labels = new Map<string, number>();

  load(width: Width, dst: Register, src: Register, offset: number): void {
    this.#add({ code: LOAD[width], dst, src, offset });
  }

  store(width: Width, dst: Register, offset: number, src: Register): void {
    this.#add({ code: STORE[width], dst, src, offset });
  }

  copy(dst: Register, src: Register): void {
    this.#add({ code: 0xbf, dst, src });
  }

  set(dst: Register, value: number): void {
    this.#add({ code: 0xb7, dst, value });
  }

  add(dst: Register, value: number): void {
    this.#add({ code: 0x07, dst, value });
  }

  addRegister(dst: Register, src: Register): void {
    this.#add({ code: 0x0f, dst, src });
  }

  /** The address of the value of an array map with one entry. */
  mapValue(dst: Register, mapFd: number): void {
    this.#add({ code: 0x18, dst, src: MAP_VALUE, value: mapFd });
    this.#add({ code: 0 });
  }

  call(helper: number): void {
    this.#add({ code: 0x85, value: helper });
  }

  exit(): void {
    this.#add({ code: 0x95 });
  }

  label(name: string): void {
    this.#labels.set(name, this.#instructions.length);
  }

  jump(when: keyof typeof JUMP, to: string, dst: Register = 0, value = 0): void {
    this.#add({ code: JUMP[when], dst, value, to });
  }

  /** The instructions, 8 bytes each, little-endian. */
  assemble(): Uint8Array {
    const bytes = new Uint8Array(this.#instructions.length * 8);
    const view = new DataView(bytes.buffer);
    for (const [index, { code, dst, src, offset, value, to }] of this.#instructions.entries()) {
      view.setUint8(index * 8, code);
      view.setUint8(index * 8 + 1, dst | (src << 4));
      view.setInt16(index * 8 + 2, to === null ? offset : this.#distance(index, to), true);
      view.setInt32(index * 8 + 4, value, true);
    }
    return bytes;
  }

  #distance(from: number, label: string): number {
    const at = this.#labels.get(label);
    if (at === undefined) throw new Error(`the BPF program jumps to ${label}, which it does not have`);
    return at - from - 1;
  }

  #add(instruction: Partial<Instruction> & { readonly code: number }): void {
    this.#instructions.push({ dst: 0, src: 0, offset: 0, value: 0, to: null, ...instruction });
  }
}
