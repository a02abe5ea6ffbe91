import { type Inode, toInode } from '../model/inode.ts';
import type { ListedInet } from '../model/socket-tables.ts';
import { type Endpoint, TCP_STATES } from '../model/socket.ts';
import { type ByteOrder, formatIpBytes } from './ip.ts';

/** Whether a dump goes on behind a datagram, has ended well, or cannot be trusted. */
export type DumpEnd = 'more' | 'done' | 'failed';

const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const TCPDIAG_GETSOCK = 18;
const NLM_F_REQUEST = 0x1;
const NLM_F_DUMP = 0x300;
/** What was dumped before has changed meanwhile. */
const NLM_F_DUMP_INTR = 0x10;

const HEADER = 16;
const REQUEST = 60;
/** struct inet_diag_msg, behind the header. */
const MESSAGE = 72;

const FAMILY = 0;
const STATE = 1;
const LOCAL_PORT = 4;
const REMOTE_PORT = 6;
const LOCAL = 8;
const REMOTE = 24;
const RECV_QUEUE = 56;
const SEND_QUEUE = 60;
const INODE = 68;

const AF_INET = 2;
const AF_INET6 = 10;
const LISTEN = TCP_STATES.indexOf('LISTEN');
/** In the states that `/proc/net/tcp` prints: bound sockets (1 << 13) are not among them. */
const ALL_STATES = 0x1ffe;

/**
 * The datagram that asks NETLINK_SOCK_DIAG for every TCP socket of the namespace, IPv4 and IPv6 in one walk over the table.
 *
 * @see sock_diag(7); kernel net/ipv4/inet_diag.c inet_diag_dump_compat(): only the older request takes any family
 */
export function formatInetDiagRequest(byteOrder: ByteOrder): Uint8Array {
  const isLittle = byteOrder === 'LE';
  const bytes = new Uint8Array(HEADER + REQUEST);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, isLittle);
  view.setUint16(4, TCPDIAG_GETSOCK, isLittle);
  view.setUint16(6, NLM_F_REQUEST | NLM_F_DUMP, isLittle);
  view.setUint32(HEADER + 52, ALL_STATES, isLittle);
  return bytes;
}

/**
 * Reads the datagrams of one dump of TCP sockets: the rows of `/proc/net/tcp` and `tcp6` without the text. Each is a row of `struct
 * inet_diag_msg` (numbers in the byte order of the host, ports and addresses in that of the network), with attributes that are passed over.
 *
 * Rows that `wants` does not want are left out; inode `0` is that of rows without an owner. Never throws.
 *
 * @see sock_diag(7), netlink(7); kernel include/uapi/linux/inet_diag.h
 */
export class InetDiagReader {
  readonly rows: ListedInet[] = [];
  readonly #isLittle: boolean;
  readonly #wants: (inode: string) => boolean;
  readonly #v4 = new Map<number, string>();
  readonly #v6 = new Map<string, string>();
  /** Connections that one listener accepted share their local endpoint. */
  readonly #locals = new Map<number, Endpoint>();

  constructor(byteOrder: ByteOrder, wants: (inode: string) => boolean) {
    this.#isLittle = byteOrder === 'LE';
    this.#wants = wants;
  }

  /** Takes one datagram, of which `bytes` is all. */
  read(bytes: Uint8Array): DumpEnd {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.length;) {
      if (at + HEADER > bytes.length) return 'failed';
      const length = view.getUint32(at, this.#isLittle);
      if (length < HEADER || at + length > bytes.length) return 'failed';
      const end = this.#readMessage(view, at, length);
      if (end !== 'more') return end;
      at += (length + 3) & ~3;
    }
    return 'more';
  }

  #readMessage(view: DataView, at: number, length: number): DumpEnd {
    const type = view.getUint16(at + 4, this.#isLittle);
    if ((view.getUint16(at + 6, this.#isLittle) & NLM_F_DUMP_INTR) !== 0) return 'failed';
    // Both may carry a negative errno; at the end of a dump that went well it is 0.
    const errno = length >= HEADER + 4 ? -view.getInt32(at + HEADER, this.#isLittle) : 0;
    if (type === NLMSG_DONE) return errno > 0 ? 'failed' : 'done';
    if (type === NLMSG_ERROR) return 'failed';
    if (type !== TCPDIAG_GETSOCK || length < HEADER + MESSAGE) return 'failed';
    const family = view.getUint8(at + HEADER + FAMILY);
    if (family !== AF_INET && family !== AF_INET6) return 'failed';
    const inode = toInode(`${view.getUint32(at + HEADER + INODE, this.#isLittle)}`);
    if (this.#wants(inode)) this.rows.push(this.#row(view, at + HEADER, inode));
    return 'more';
  }

  #row(view: DataView, at: number, inode: Inode): ListedInet {
    const isV4 = view.getUint8(at + FAMILY) === AF_INET;
    const stateNumber = view.getUint8(at + STATE);
    const sendQueue = view.getUint32(at + SEND_QUEUE, this.#isLittle);
    const isListener = stateNumber === LISTEN;
    return {
      table: isV4 ? 'tcp' : 'tcp6',
      row: {
        inode,
        state: TCP_STATES[stateNumber] ?? 'UNKNOWN',
        local: this.#local(view.getUint16(at + LOCAL_PORT), this.#address(view, at + LOCAL, isV4)),
        remote: { address: this.#address(view, at + REMOTE, isV4), port: view.getUint16(at + REMOTE_PORT) },
        sendQueueBytes: isListener ? 0 : sendQueue,
        recvQueueBytes: view.getUint32(at + RECV_QUEUE, this.#isLittle),
        backlog: isListener ? sendQueue : null,
      },
    };
  }

  #local(port: number, address: string): Endpoint {
    const known = this.#locals.get(port);
    if (known?.address === address) return known;
    const local = { address, port };
    this.#locals.set(port, local);
    return local;
  }

  #address(view: DataView, at: number, isV4: boolean): string {
    if (isV4) {
      const key = view.getInt32(at);
      return this.#v4.get(key) ?? keep(this.#v4, key, formatAt(view, at, 4));
    }
    const key = `${view.getInt32(at)} ${view.getInt32(at + 4)} ${view.getInt32(at + 8)} ${view.getInt32(at + 12)}`;
    return this.#v6.get(key) ?? keep(this.#v6, key, formatAt(view, at, 16));
  }
}

function formatAt(view: DataView, at: number, length: number): string {
  return formatIpBytes(new Uint8Array(view.buffer, view.byteOffset + at, length));
}

function keep<Key>(texts: Map<Key, string>, key: Key, text: string): string {
  texts.set(key, text);
  return text;
}
