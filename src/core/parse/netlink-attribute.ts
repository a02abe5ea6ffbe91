/** Where something lies in a datagram: from `at` to before `end`. */
export interface ByteSpan {
  readonly at: number;
  readonly end: number;
}

const ATTRIBUTE_HEADER = 4;
/** The highest two bits of a type say how it is laid out. @see kernel include/uapi/linux/netlink.h NLA_TYPE_MASK */
const TYPE_MASK = 0x3fff;

/**
 * Where the value of the first attribute of that type begins: `struct nlattr`, two u16, then the value, padded to 4 bytes. -1 where there
 * is none, or a length that cannot be.
 *
 * @see netlink(7)
 */
export function findAttribute(view: DataView, { at, end }: ByteSpan, type: number, isLittle: boolean): number {
  for (let next = at; next + ATTRIBUTE_HEADER <= end;) {
    const length = view.getUint16(next, isLittle);
    if (length < ATTRIBUTE_HEADER || next + length > end) return -1;
    if ((view.getUint16(next + 2, isLittle) & TYPE_MASK) === type) return next + ATTRIBUTE_HEADER;
    next += (length + 3) & ~3;
  }
  return -1;
}

/** How long the value is that begins there. */
export function lengthOfAttribute(view: DataView, at: number, isLittle: boolean): number {
  return view.getUint16(at - ATTRIBUTE_HEADER, isLittle) - ATTRIBUTE_HEADER;
}
