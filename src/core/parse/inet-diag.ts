import { type Inode, toInode } from '../model/inode.ts';
import type { ListedInet } from '../model/socket-tables.ts';
import { type Endpoint, TCP_STATES, type TcpUse } from '../model/socket.ts';
import { type ByteOrder, formatIpBytes } from './ip.ts';
import { type DumpEnd, HEADER, readDump, toDumpRequest } from './netlink.ts';
import { findAttribute, lengthOfAttribute, type ByteSpan } from './netlink-attribute.ts';
import { parseTcpUse } from './tcp-use.ts';
import { AF_INET, AF_INET6 } from '../model/socket-call.ts';

const TCPDIAG_GETSOCK = 18;
const REQUEST = 60;
/** struct inet_diag_msg, behind the header. */
const MESSAGE = 72;
const AT = {
  family: 0,
  state: 1,
  timer: 2,
  retries: 3,
  localPort: 4,
  remotePort: 6,
  local: 8,
  remote: 24,
  recvQueue: 56,
  sendQueue: 60,
  inode: 68,
} as const;

const LISTEN = TCP_STATES.indexOf('LISTEN');
/** Nothing came or went yet: the ages count from the boot, and the SYN stands in the queue as a byte. */
const HANDSHAKE: ReadonlySet<number> = new Set([TCP_STATES.indexOf('SYN_SENT'), TCP_STATES.indexOf('SYN_RECV')]);
const NOTHING_YET = { sinceReceivedMs: null, sinceSentMs: null, sinceAckMs: null, unsentBytes: null } as const;
/** struct inet_diag_req, idiag_ext: which attributes are wanted, by 1 << (number - 1). */
const EXTENSIONS = 3;
const INET_DIAG_INFO = 2;
/** In the states that `/proc/net/tcp` prints: bound sockets (1 << 13) are not among them. */
const ALL_STATES = 0x1ffe;

/**
 * The datagram that asks NETLINK_SOCK_DIAG for every TCP socket of the namespace, IPv4 and IPv6 in one walk over the table; `withUse`: with
 * the `tcp_info` of each, which the kernel gathers under its lock.
 *
 * @see sock_diag(7); kernel net/ipv4/inet_diag.c inet_diag_dump_compat(): only the older request takes any family
 */
export function formatInetDiagRequest(byteOrder: ByteOrder, withUse: boolean): Uint8Array {
  const view = toDumpRequest(TCPDIAG_GETSOCK, REQUEST, byteOrder);
  if (withUse) view.setUint8(HEADER + EXTENSIONS, 1 << (INET_DIAG_INFO - 1));
  view.setUint32(HEADER + 52, ALL_STATES, byteOrder === 'LE');
  return new Uint8Array(view.buffer);
}

const SOCK_DIAG_BY_FAMILY = 20;
/** struct inet_diag_req_v2, and the attribute behind it. */
const REQUEST_BY_FAMILY = 56;
const INET_DIAG_REQ_PROTOCOL = 3;
const IPPROTO_MPTCP = 262;

/**
 * The datagram that asks for every MPTCP socket of a family (2 or 10): their true states, where the table shows those of a subflow.
 *
 * @see sock_diag(7); kernel include/uapi/linux/inet_diag.h, INET_DIAG_REQ_PROTOCOL: the byte of the protocol is too small for 262
 */
export function formatMptcpDiagRequest(family: typeof AF_INET | typeof AF_INET6, byteOrder: ByteOrder): Uint8Array {
  const isLittle = byteOrder === 'LE';
  const view = toDumpRequest(SOCK_DIAG_BY_FAMILY, REQUEST_BY_FAMILY + 8, byteOrder);
  view.setUint8(HEADER, family);
  view.setUint8(HEADER + 1, IPPROTO_MPTCP & 0xff);
  view.setUint32(HEADER + 4, ALL_STATES, isLittle);
  view.setUint16(HEADER + REQUEST_BY_FAMILY, 8, isLittle);
  view.setUint16(HEADER + REQUEST_BY_FAMILY + 2, INET_DIAG_REQ_PROTOCOL, isLittle);
  view.setUint32(HEADER + REQUEST_BY_FAMILY + 4, IPPROTO_MPTCP, isLittle);
  return new Uint8Array(view.buffer);
}

/** The type of the messages that answer each of the requests. */
export type DiagType = typeof TCPDIAG_GETSOCK | typeof SOCK_DIAG_BY_FAMILY;
export const MPTCP_DIAG: DiagType = SOCK_DIAG_BY_FAMILY;

/**
 * Reads the datagrams of one dump of TCP sockets: the rows of `/proc/net/tcp` and `tcp6` without the text. Each is a row of `struct
 * inet_diag_msg` (numbers in the byte order of the host, ports and addresses in that of the network), with the whole `tcp_info` in an attribute.
 *
 * Rows that `wants` does not want are left out; inode `0` is that of rows without an owner. Never throws.
 *
 * @see sock_diag(7), netlink(7); kernel include/uapi/linux/inet_diag.h
 */
export class InetDiagReader {
  readonly rows: ListedInet[] = [];
  readonly #byteOrder: ByteOrder;
  readonly #isLittle: boolean;
  readonly #wants: (inode: string) => boolean;
  readonly #type: DiagType;
  readonly #v4 = new Map<number, string>();
  readonly #v6 = new Map<string, string>();
  /** Connections that one listener accepted share their local endpoint. */
  readonly #locals = new Map<number, Endpoint>();

  constructor(byteOrder: ByteOrder, wants: (inode: string) => boolean, type: DiagType = TCPDIAG_GETSOCK) {
    this.#type = type;
    this.#byteOrder = byteOrder;
    this.#isLittle = byteOrder === 'LE';
    this.#wants = wants;
  }

  /** Takes one datagram, of which `bytes` is all. */
  read(bytes: Uint8Array): DumpEnd {
    return readDump(bytes, { type: this.#type, byteOrder: this.#byteOrder }, (view, span) => {
      const { at, end } = span;
      if (end - at < MESSAGE) return false;
      const family = view.getUint8(at + AT.family);
      if (family !== AF_INET && family !== AF_INET6) return false;
      const inode = toInode(`${view.getUint32(at + AT.inode, this.#isLittle)}`);
      if (this.#wants(inode)) this.rows.push(this.#row(view, span, inode));
      return true;
    });
  }

  #row(view: DataView, { at, end }: ByteSpan, inode: Inode): ListedInet {
    const isV4 = view.getUint8(at + AT.family) === AF_INET;
    const stateNumber = view.getUint8(at + AT.state);
    const sendQueue = view.getUint32(at + AT.sendQueue, this.#isLittle);
    const isListener = stateNumber === LISTEN;
    return {
      table: isV4 ? 'tcp' : 'tcp6',
      row: {
        inode,
        state: TCP_STATES[stateNumber] ?? 'UNKNOWN',
        local: this.#local(view.getUint16(at + AT.localPort), this.#address(view, at + AT.local, isV4)),
        remote: { address: this.#address(view, at + AT.remote, isV4), port: view.getUint16(at + AT.remotePort) },
        sendQueueBytes: isListener ? 0 : sendQueue,
        recvQueueBytes: view.getUint32(at + AT.recvQueue, this.#isLittle),
        backlog: isListener ? sendQueue : null,
        // The kernel's own rows (TIME_WAIT, handshakes) have no such attribute; nobody asks for their use.
        use: isListener || inode === '0' ? null : this.#use(view, { at, end }, stateNumber),
      },
    };
  }

  #use(view: DataView, { at, end }: ByteSpan, stateNumber: number): TcpUse | null {
    const info = findAttribute(view, { at: at + MESSAGE, end }, INET_DIAG_INFO, this.#isLittle);
    if (info < 0) return null;
    const place = {
      at: info,
      length: lengthOfAttribute(view, info, this.#isLittle),
      timer: view.getUint8(at + AT.timer),
      retries: view.getUint8(at + AT.retries),
      unreadBytes: view.getUint32(at + AT.recvQueue, this.#isLittle),
      unsentBytes: view.getUint32(at + AT.sendQueue, this.#isLittle),
    };
    const use = parseTcpUse(view, place, this.#isLittle);
    return use !== null && HANDSHAKE.has(stateNumber) ? { ...use, ...NOTHING_YET } : use;
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
