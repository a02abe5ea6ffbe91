import { type Inode, toInode } from '../model/inode.ts';
import type { UnixDiag } from '../model/socket-row.ts';
import type { ByteOrder } from './ip.ts';
import { type DumpEnd, HEADER, readDump, toDumpRequest } from './netlink.ts';
import { type ByteSpan, findAttribute, lengthOfAttribute } from './netlink-attribute.ts';
import { AF_UNIX } from '../model/socket-call.ts';

const SOCK_DIAG_BY_FAMILY = 20;
const REQUEST = 24;
const STATES = 4;
const SHOW = 12;
const UDIAG_SHOW_PEER = 0x04;
const UDIAG_SHOW_ICONS = 0x08;
const UDIAG_SHOW_RQLEN = 0x10;

/** struct unix_diag_msg, behind the header. */
const MESSAGE = 16;
const STATE = 2;
const INODE = 4;
const UNIX_DIAG_PEER = 2;
const UNIX_DIAG_ICONS = 3;
const UNIX_DIAG_RQLEN = 4;
const UNIX_DIAG_SHUTDOWN = 6;
/** Both directions: RCV_SHUTDOWN | SEND_SHUTDOWN. */
const SHUTDOWN_MASK = 3;
const TCP_LISTEN = 10;

/** The datagram that asks NETLINK_SOCK_DIAG for every unix socket of the namespace. @see sock_diag(7) */
export function formatUnixDiagRequest(byteOrder: ByteOrder): Uint8Array {
  const view = toDumpRequest(SOCK_DIAG_BY_FAMILY, REQUEST, byteOrder);
  const isLittle = byteOrder === 'LE';
  view.setUint8(HEADER, AF_UNIX);
  view.setUint32(HEADER + STATES, 0xffff_ffff, isLittle);
  view.setUint32(HEADER + SHOW, UDIAG_SHOW_PEER | UDIAG_SHOW_ICONS | UDIAG_SHOW_RQLEN, isLittle);
  return new Uint8Array(view.buffer);
}

/**
 * Reads the datagrams of one dump of unix sockets (`struct unix_diag_msg`, numbers in the byte order of the host). Never throws.
 *
 * A peer that has no inode waits to be accepted, or is gone: then both directions have ended.
 *
 * @see sock_diag(7); kernel net/unix/diag.c sk_diag_fill()
 */
export class UnixDiagReader {
  readonly byInode = new Map<Inode, UnixDiag>();
  /** Of clients that wait to be accepted: the listener at which they do. */
  readonly waitsAt = new Map<Inode, Inode>();
  readonly #byteOrder: ByteOrder;
  readonly #wants: (inode: string) => boolean;

  constructor(byteOrder: ByteOrder, wants: (inode: string) => boolean) {
    this.#byteOrder = byteOrder;
    this.#wants = wants;
  }

  /** Takes one datagram, of which `bytes` is all. */
  read(bytes: Uint8Array): DumpEnd {
    const isLittle = this.#byteOrder === 'LE';
    return readDump(bytes, { type: SOCK_DIAG_BY_FAMILY, byteOrder: this.#byteOrder }, (view, { at, end }) => {
      if (end - at < MESSAGE || view.getUint8(at) !== AF_UNIX) return false;
      const inode = toInode(`${view.getUint32(at + INODE, isLittle)}`);
      const rest = { at: at + MESSAGE, end };
      if (view.getUint8(at + STATE) === TCP_LISTEN) this.#noteWaiting(view, rest, inode);
      if (!this.#wants(inode)) return true;
      const numberOf = (type: number): number | null =>
        toNumber(view, findAttribute(view, rest, type, isLittle), isLittle);
      const peer = numberOf(UNIX_DIAG_PEER);
      const bits = numberOf(UNIX_DIAG_SHUTDOWN);
      this.byInode.set(inode, {
        peerInode: toPeer(peer, bits),
        unreadBytes: numberOf(UNIX_DIAG_RQLEN),
      });
      return true;
    });
  }

  /** The inodes of those whose connections a listener has not accepted, 0 where they are gone. */
  #noteWaiting(view: DataView, rest: ByteSpan, listener: Inode): void {
    const isLittle = this.#byteOrder === 'LE';
    const at = findAttribute(view, rest, UNIX_DIAG_ICONS, isLittle);
    const end = at < 0 ? at : at + lengthOfAttribute(view, at, isLittle);
    for (let next = at; next + 4 <= end; next += 4) {
      const client = `${view.getUint32(next, isLittle)}`;
      if (client !== '0' && this.#wants(client)) this.waitsAt.set(toInode(client), listener);
    }
  }
}

function toPeer(peer: number | null, shutdown: number | null): Inode | null {
  if (peer !== null && peer !== 0) return toInode(`${peer}`);
  return shutdown === SHUTDOWN_MASK ? toInode('0') : null;
}

/** The first number of a value, of one byte or four. */
function toNumber(view: DataView, at: number, isLittle: boolean): number | null {
  const length = at < 0 ? 0 : lengthOfAttribute(view, at, isLittle);
  if (length === 0) return null;
  return length < 4 ? view.getUint8(at) : view.getUint32(at, isLittle);
}
