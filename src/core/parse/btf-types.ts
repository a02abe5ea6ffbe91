/** Kinds of BTF types, as in the kernel's include/uapi/linux/btf.h. */
export const INT = 1;
export const PTR = 2;
export const ARRAY = 3;
export const STRUCT = 4;
export const UNION = 5;
export const ENUM = 6;
export const TYPEDEF = 8;
export const VOLATILE = 9;
export const CONST = 10;
export const RESTRICT = 11;
export const FUNC = 12;
const FUNC_PROTO = 13;
const VAR = 14;
const DATASEC = 15;
const DECL_TAG = 17;
export const TYPE_TAG = 18;
export const ENUM64 = 19;

export const TYPE_BYTES = 12;

interface Section {
  readonly from: number;
  readonly bytes: number;
}

/** Where each type begins, by its number; type 0 is void. */
export function locateTypes(view: DataView, { from, bytes }: Section): Uint32Array | null {
  const offsets = new Uint32Array(Math.floor(bytes / TYPE_BYTES) + 1);
  const end = from + bytes;
  let count = 1;
  let at = from;
  while (at + TYPE_BYTES <= end) {
    const extra = bytesAfter(view.getUint32(at + 4, true));
    if (extra === null) return null;
    offsets[count++] = at;
    at += TYPE_BYTES + extra;
  }
  return at === end ? offsets.subarray(0, count) : null;
}

/** How many bytes follow a type's header; null for a kind that this program does not know. */
function bytesAfter(info: number): number | null {
  const count = info & 0xffff;
  const kind = kindOf(info);
  switch (kind) {
    case INT:
    case VAR:
    case DECL_TAG:
      return 4;
    case ARRAY:
      return 12;
    case STRUCT:
    case UNION:
    case DATASEC:
    case ENUM64:
      return count * 12;
    case ENUM:
    case FUNC_PROTO:
      return count * 8;
    default:
      return kind > 0 && kind < ENUM64 ? 0 : null;
  }
}

/** Bits 24 to 28 of `info`. @see kernel include/uapi/linux/btf.h BTF_INFO_KIND() */
export function kindOf(info: number): number {
  return (info >>> 24) & 0x1f;
}
