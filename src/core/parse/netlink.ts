import type { ByteOrder } from './ip.ts';
import type { ByteSpan } from './netlink-attribute.ts';

/** Whether a dump goes on behind a datagram, has ended well, or cannot be trusted. */
export type DumpEnd = 'more' | 'done' | 'failed';

/** Length of struct nlmsghdr. */
export const HEADER = 16;

const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const NLM_F_REQUEST = 0x1;
const NLM_F_DUMP = 0x300;
/** What was dumped before has changed meanwhile. */
const NLM_F_DUMP_INTR = 0x10;

/** A datagram that asks for a dump: the header, and `size` bytes of the request behind it, still 0. */
export function toDumpRequest(type: number, size: number, byteOrder: ByteOrder): DataView {
  const isLittle = byteOrder === 'LE';
  const view = new DataView(new ArrayBuffer(HEADER + size));
  view.setUint32(0, view.byteLength, isLittle);
  view.setUint16(4, type, isLittle);
  view.setUint16(6, NLM_F_REQUEST | NLM_F_DUMP, isLittle);
  return view;
}

/** A message of a dump, of the wanted type, whose payload is at `span`; false: it cannot be. */
type TakeMessage = (view: DataView, span: ByteSpan) => boolean;

/**
 * Goes through the messages of one datagram, `bytes` being all of it. Messages of `type` are handed to `take`; any other but the end is a
 * failure. Never throws.
 *
 * @see netlink(7)
 */
export function readDump(
  bytes: Uint8Array,
  { type: wanted, byteOrder }: { readonly type: number; readonly byteOrder: ByteOrder },
  take: TakeMessage,
): DumpEnd {
  const isLittle = byteOrder === 'LE';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length;) {
    if (at + HEADER > bytes.length) return 'failed';
    const length = view.getUint32(at, isLittle);
    if (length < HEADER || at + length > bytes.length) return 'failed';
    const type = view.getUint16(at + 4, isLittle);
    if ((view.getUint16(at + 6, isLittle) & NLM_F_DUMP_INTR) !== 0) return 'failed';
    // Both may carry a negative errno; at the end of a dump that went well it is 0.
    const errno = length >= HEADER + 4 ? -view.getInt32(at + HEADER, isLittle) : 0;
    if (type === NLMSG_DONE) return errno > 0 ? 'failed' : 'done';
    if (type === NLMSG_ERROR || type !== wanted) return 'failed';
    if (!take(view, { at: at + HEADER, end: at + length })) return 'failed';
    at += (length + 3) & ~3;
  }
  return 'more';
}
