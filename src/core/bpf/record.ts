import { type Inode, toInode } from '../model/inode.ts';
import { type Endpoint, TCP_STATES } from '../model/socket.ts';
import type { KernelIdentity, WalkRow, WalkSocket, WalkTcp } from '../model/walk.ts';
import { formatIpBytes } from '../parse/ip.ts';
import { measureJiffyMs } from './jiffies.ts';
import { FILE_FIELDS, RECORD, RECORD_KINDS, SOCKET_FIELDS, TCP_FIELDS, UNIX_FIELDS } from './layout.ts';

const AF_INET = 2;
const AF_INET6 = 10;
const LISTEN = TCP_STATES.indexOf('LISTEN');
const S_IFMT = 0o170000;
const S_IFIFO = 0o010000;
const MINOR_BITS = 20;
const LATIN1 = new TextDecoder('latin1');

/** The least length of each kind, by its number. */
const LEAST: readonly number[] = [RECORD.fileEnd, RECORD.socketEnd, RECORD.tcpEnd, RECORD.unixEnd];

/**
 * Reads the records (`layout.ts`) that one read(2) of the walk gave: whole ones, one after the other. null where they are not: then nothing
 * of this walk can be trusted.
 */
export function parseRecords(bytes: Uint8Array): readonly WalkRow[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows: WalkRow[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + RECORD.fileEnd > bytes.length) return null;
    const length = view.getUint32(at + RECORD.lengthBytes, true);
    const kind = view.getUint32(at + RECORD.kind, true);
    const least = LEAST[kind];
    if (least === undefined || length < least || at + length > bytes.length) return null;
    if (kind !== RECORD_KINDS.file && length !== least) return null;
    rows.push(toRow({ bytes, view, at }, kind, length));
    at += length;
  }
  return rows;
}

interface Place {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly at: number;
}

function toRow(place: Place, kind: number, length: number): WalkRow {
  const { view, at } = place;
  const u32 = (field: { readonly at: number }): number => view.getUint32(at + field.at, true);
  const mode = view.getUint16(at + FILE_FIELDS.mode.at, true);
  const device = u32(FILE_FIELDS.device);
  return {
    pid: u32(FILE_FIELDS.tgid),
    tid: u32(FILE_FIELDS.tid),
    fd: view.getUint32(at + RECORD.fd, true),
    file: toIdentity(view, at + RECORD.file),
    flags: u32(FILE_FIELDS.flags),
    inode: toInodeText(view, at + FILE_FIELDS.inode.at),
    mode,
    device: `${device >>> MINOR_BITS}:${device & ((1 << MINOR_BITS) - 1)}`,
    isWatched: toIdentity(view, at + FILE_FIELDS.epoll.at) !== 0,
    link: kind === RECORD_KINDS.file ? toLink(place, length) : null,
    pipe: (mode & S_IFMT) === S_IFIFO ? { readers: u32(FILE_FIELDS.readers), writers: u32(FILE_FIELDS.writers) } : null,
    socket: kind === RECORD_KINDS.file ? null : toSocket(place, kind),
    walkedAtMs: toU64(view, at + RECORD.walkedAtNs) / 1e6,
  };
}

/** Without the NUL that ends it. */
function toLink({ bytes, at }: Place, length: number): string | null {
  return length === RECORD.fileEnd ? null : LATIN1.decode(bytes.subarray(at + RECORD.fileEnd, at + length - 1));
}

function toSocket(place: Place, kind: number): WalkSocket {
  const { view, at } = place;
  const u32 = (field: { readonly at: number }): number => view.getUint32(at + field.at, true);
  const u16 = (field: { readonly at: number }): number => view.getUint16(at + field.at, true);
  const stateNumber = view.getUint8(at + SOCKET_FIELDS.state.at);
  const isListener = stateNumber === LISTEN;
  return {
    identity: toIdentity(view, at + RECORD.sock),
    family: u16(SOCKET_FIELDS.family),
    type: u16(SOCKET_FIELDS.type),
    protocol: u16(SOCKET_FIELDS.protocol),
    state: stateNumber === 0 ? null : (TCP_STATES[stateNumber] ?? null),
    shutdown: view.getUint8(at + SOCKET_FIELDS.shutdown.at),
    error: Math.abs(view.getInt32(at + SOCKET_FIELDS.error.at, true)),
    netns: `${u32(SOCKET_FIELDS.netns)}`,
    ...toEndpoints(place, kind),
    acceptQueue: isListener ? { waiting: u32(SOCKET_FIELDS.waiting), backlog: u32(SOCKET_FIELDS.backlog) } : null,
    cookie: toCookie(view, at + SOCKET_FIELDS.cookie.at),
    tcp: kind === RECORD_KINDS.tcp ? toTcp(view, at) : null,
    unix: kind === RECORD_KINDS.unix ? toUnix(view, at) : null,
  };
}

function toUnix(view: DataView, at: number): WalkSocket['unix'] {
  const peer = toIdentity(view, at + UNIX_FIELDS.peer.at);
  if (peer === 0) return { peer: null, peerIsHeld: false };
  return { peer, peerIsHeld: toIdentity(view, at + UNIX_FIELDS.peerHolder.at) !== 0 };
}

function toEndpoints(place: Place, kind: number): { local: Endpoint | null; remote: Endpoint | null } {
  const { view, at } = place;
  const family = view.getUint16(at + SOCKET_FIELDS.family.at, true);
  if (family !== AF_INET && family !== AF_INET6) return { local: null, remote: null };
  const address = (four: { readonly at: number }, six: { readonly at: number }): string =>
    family === AF_INET ? toAddress(place, four.at, 4) : toAddress(place, six.at, 16);
  const remotePort = view.getUint16(at + SOCKET_FIELDS.remotePort.at);
  // The number a socket is bound to is 0 after its death; the one in network order stays.
  const bound = view.getUint16(at + SOCKET_FIELDS.boundPort.at, true);
  const localPort = kind === RECORD_KINDS.tcp ? view.getUint16(at + TCP_FIELDS.localPort.at) : bound;
  return {
    local: { address: address(SOCKET_FIELDS.local4, SOCKET_FIELDS.local6), port: localPort },
    remote:
      remotePort === 0 ? null : { address: address(SOCKET_FIELDS.remote4, SOCKET_FIELDS.remote6), port: remotePort },
  };
}

function toAddress({ bytes, at }: Place, from: number, length: number): string {
  return formatIpBytes(bytes.subarray(at + from, at + from + length));
}

/** Bit of `sk_flags`. @see kernel include/net/sock.h enum sock_flags */
const SOCK_DONE = 1 << 1;

function toTcp(view: DataView, at: number): WalkTcp {
  const u32 = (field: { readonly at: number }): number => view.getUint32(at + field.at, true);
  const ahead = (to: number, from: number): number => Math.max((to - from) | 0, 0);
  const nowMs = toU64(view, at + RECORD.walkedAtNs) / 1e6;
  const jiffies = toU64(view, at + RECORD.jiffies);
  const jiffyMs = measureJiffyMs(jiffies, nowMs);
  const since = (field: { readonly at: number }): number => (jiffies - u32(field)) >>> 0;
  const [sinceReceived, sinceSent] = [since(TCP_FIELDS.lastReceivedJiffies), since(TCP_FIELDS.lastSentJiffies)];
  const fin = (u32(TCP_FIELDS.socketFlags) & SOCK_DONE) === 0 ? 0 : 1;
  return {
    receiveSpace: u32(TCP_FIELDS.receiveSpace),
    sinceEventMs: toAge(toU64(view, at + TCP_FIELDS.lastEventUs.at), nowMs),
    unreadBytes: Math.max(ahead(u32(TCP_FIELDS.receiveNext), u32(TCP_FIELDS.readUpTo)) - fin, 0),
    bytesReceived: Math.max(toU64(view, at + TCP_FIELDS.bytesReceived.at) - fin, 0),
    bytesAcked: toU64(view, at + TCP_FIELDS.bytesAcked.at),
    sinceReceivedMs: jiffyMs === null ? null : sinceReceived * jiffyMs,
    sinceSentMs: jiffyMs === null ? null : sinceSent * jiffyMs,
    answered: toU64(view, at + TCP_FIELDS.bytesAcked.at) > 1 && sinceSent <= sinceReceived,
  };
}

/** null where it never happened, or lies ahead: then it is no time. */
function toAge(atUs: number, nowMs: number): number | null {
  const ageMs = nowMs - atUs / 1000;
  return atUs === 0 || ageMs < 0 ? null : ageMs;
}

/** The low 52 bits, which a number holds exactly; 0 for a null pointer. */
function toIdentity(view: DataView, at: number): KernelIdentity {
  return (view.getUint32(at + 4, true) & 0xfffff) * 0x1_0000_0000 + view.getUint32(at, true);
}

/** Exact up to 2^53. */
function toU64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
}

function toInodeText(view: DataView, at: number): Inode {
  const isExact = view.getUint32(at + 4, true) < 1 << 21;
  return toInode(`${isExact ? toU64(view, at) : view.getBigUint64(at, true)}`);
}

function toCookie(view: DataView, at: number): string | null {
  const cookie = view.getBigUint64(at, true);
  return cookie === 0n ? null : cookie.toString(16);
}
