import {
  ARRAY,
  CONST,
  ENUM,
  ENUM64,
  FUNC,
  INT,
  PTR,
  RESTRICT,
  STRUCT,
  TYPEDEF,
  TYPE_BYTES,
  TYPE_TAG,
  UNION,
  VOLATILE,
  kindOf,
  locateTypes,
} from './btf-types.ts';

const MAGIC = 0xeb9f;
const MEMBER_BYTES = 12;
const POINTER_BYTES = 8;
/** Deeper than any type of the kernel; a doctored one can be a circle. */
const DEEPEST = 32;

const KIND_OF = { struct: STRUCT, func: FUNC } as const;

/** Where a member lies in its structure, and what it is. */
export interface BtfMember {
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** Modifiers and typedefs resolved; of a pointer, what it points to. */
  readonly typeId: number;
  readonly isPointer: boolean;
}

export type BtfLookup<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'missing'; readonly because: string };

/**
 * Reads the kernel's description of its own types, `/sys/kernel/btf/vmlinux`: little-endian, 64-bit.
 * `missing` with a reason where the bytes are not that.
 *
 * @see kernel Documentation/bpf/btf.rst
 */
export function parseBtf(bytes: Uint8Array): BtfLookup<Btf> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 24) return missing(`${bytes.length} bytes are too short for BTF`);
  const magic = view.getUint16(0, true);
  if (magic !== MAGIC) return missing(`it begins with 0x${magic.toString(16)}, not with 0x${MAGIC.toString(16)}`);
  const headerBytes = view.getUint32(4, true);
  const types = { from: headerBytes + view.getUint32(8, true), bytes: view.getUint32(12, true) };
  const strings = { from: headerBytes + view.getUint32(16, true), bytes: view.getUint32(20, true) };
  if (types.from + types.bytes > bytes.length || strings.from + strings.bytes > bytes.length)
    return missing('it is cut short');
  const offsets = locateTypes(view, types);
  if (offsets === null) return missing('its list of types does not fit its length');
  const text = new TextDecoder('latin1').decode(bytes.subarray(strings.from, strings.from + strings.bytes));
  return { kind: 'found', value: new Btf(view, offsets, text) };
}

function moveBy(member: BtfLookup<BtfMember>, bytes: number): BtfLookup<BtfMember> {
  if (member.kind === 'missing') return member;
  return { kind: 'found', value: { ...member.value, offsetBytes: member.value.offsetBytes + bytes } };
}

function missing(because: string): { kind: 'missing'; because: string } {
  return { kind: 'missing', because };
}

/** The types of one kernel, asked by name. */
export class Btf {
  readonly #view: DataView;
  readonly #offsets: Uint32Array;
  readonly #strings: string;

  constructor(view: DataView, offsets: Uint32Array, strings: string) {
    this.#view = view;
    this.#offsets = offsets;
    this.#strings = strings;
  }

  /** The number of the one type of this kind and name. Two of one name are `missing`: no telling which is meant. */
  findType(kind: keyof typeof KIND_OF, name: string): BtfLookup<number> {
    const nameAt = name === '' ? -1 : this.#strings.indexOf(`\0${name}\0`) + 1;
    if (nameAt <= 0) return missing(`this kernel has no ${kind} ${name}`);
    const wanted = KIND_OF[kind];
    let found = 0;
    for (let id = 1; id < this.#offsets.length; id++) {
      const at = this.#offsets[id] ?? 0;
      if (this.#view.getUint32(at, true) !== nameAt || kindOf(this.#view.getUint32(at + 4, true)) !== wanted) continue;
      if (found !== 0) return missing(`this kernel has two of ${kind} ${name}`);
      found = id;
    }
    return found === 0 ? missing(`this kernel has no ${kind} ${name}`) : { kind: 'found', value: found };
  }

  /**
   * A member by its path within one structure: `rcvq_space.space`. Unnamed structures and unions on the way are looked through;
   * a bit field is `missing`, as it cannot be loaded by its bytes.
   */
  findMember(structId: number, path: string): BtfLookup<BtfMember> {
    let typeId = structId;
    let offsetBytes = 0;
    let member: BtfLookup<BtfMember> = missing('an empty path');
    for (const name of path.split('.')) {
      member = this.#memberOf(this.#resolve(typeId), name, 0) ?? missing(`no member ${name}`);
      if (member.kind === 'missing') return missing(`${path}: ${member.because}`);
      offsetBytes += member.value.offsetBytes;
      if (member.value.isPointer) typeId = 0;
      else ({ typeId } = member.value);
    }
    return member.kind === 'missing' ? member : { kind: 'found', value: { ...member.value, offsetBytes } };
  }

  /** Null where there is no member of that name; `missing` where it cannot be loaded. */
  #memberOf(structId: number, name: string, depth: number): BtfLookup<BtfMember> | null {
    const info = this.#info(structId);
    const kind = kindOf(info);
    if ((kind !== STRUCT && kind !== UNION) || depth > DEEPEST) return null;
    const from = (this.#offsets[structId] ?? 0) + TYPE_BYTES;
    const hasBitFields = info >>> 31 === 1;
    for (let index = 0; index < (info & 0xffff); index++) {
      const at = from + index * MEMBER_BYTES;
      const own = this.#name(this.#view.getUint32(at, true));
      const place = this.#view.getUint32(at + 8, true);
      const bits = hasBitFields ? place & 0xffffff : place;
      const typeId = this.#resolve(this.#view.getUint32(at + 4, true));
      if (own === name) {
        if ((hasBitFields && place >>> 24 !== 0) || bits % 8 !== 0 || this.#isPartOfInt(typeId))
          return missing(`${name} is a bit field`);
        return { kind: 'found', value: this.#toMember(typeId, bits / 8) };
      }
      if (own !== '') continue;
      const inner = this.#memberOf(typeId, name, depth + 1);
      if (inner !== null) return moveBy(inner, bits / 8);
    }
    return null;
  }

  #toMember(typeId: number, offsetBytes: number): BtfMember {
    const isPointer = kindOf(this.#info(typeId)) === PTR;
    const target = isPointer ? this.#resolve(this.#view.getUint32((this.#offsets[typeId] ?? 0) + 8, true)) : typeId;
    return { offsetBytes, sizeBytes: this.#sizeOf(typeId, 0), typeId: target, isPointer };
  }

  /** An integer of fewer bits than its bytes hold: how compilers before BTF's own flag wrote a bit field. */
  #isPartOfInt(typeId: number): boolean {
    if (kindOf(this.#info(typeId)) !== INT) return false;
    const at = this.#offsets[typeId] ?? 0;
    const encoding = this.#view.getUint32(at + TYPE_BYTES, true);
    const bits = encoding & 0xff;
    return ((encoding >>> 16) & 0xff) !== 0 || (bits !== 1 && bits !== this.#view.getUint32(at + 8, true) * 8);
  }

  #sizeOf(typeId: number, depth: number): number {
    const at = this.#offsets[typeId] ?? 0;
    switch (kindOf(this.#info(typeId))) {
      case PTR:
        return POINTER_BYTES;
      case ARRAY: {
        if (depth > DEEPEST) return 0;
        const element = this.#resolve(this.#view.getUint32(at + TYPE_BYTES, true));
        return this.#sizeOf(element, depth + 1) * this.#view.getUint32(at + TYPE_BYTES + 8, true);
      }
      case INT:
      case STRUCT:
      case UNION:
      case ENUM:
      case ENUM64:
        return this.#view.getUint32(at + 8, true);
      default:
        return 0;
    }
  }

  /** Looks through typedefs and modifiers. */
  #resolve(typeId: number): number {
    let id = typeId;
    for (let steps = 0; steps < DEEPEST; steps++) {
      const kind = kindOf(this.#info(id));
      const isName = kind === TYPEDEF || kind === VOLATILE || kind === CONST || kind === RESTRICT || kind === TYPE_TAG;
      if (!isName) return id;
      id = this.#view.getUint32((this.#offsets[id] ?? 0) + 8, true);
    }
    return 0;
  }

  /** 0, which is not a kind, for void and for numbers beyond the last type. */
  #info(typeId: number): number {
    const at = this.#offsets[typeId] ?? 0;
    return at === 0 ? 0 : this.#view.getUint32(at + 4, true);
  }

  #name(at: number): string {
    const end = at === 0 ? 0 : this.#strings.indexOf('\0', at);
    return at === 0 || end < 0 ? '' : this.#strings.slice(at, end);
  }
}
