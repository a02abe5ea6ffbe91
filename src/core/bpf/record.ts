import { type Inode, toInode } from '../model/inode.ts';
import { AF_INET, AF_INET6 } from '../model/socket-call.ts';
import type { Endpoint } from '../model/socket.ts';
import type { KernelIdentity, WalkRow, WalkSocket } from '../model/walk.ts';
import { formatIpBytes } from '../parse/ip.ts';
import { FILE_FIELDS, RECORD, RECORD_KINDS, SOCKET_FIELDS, TCP_FIELDS, UNIX_FIELDS } from './layout.ts';
import { type RecordAt, toState, toTcp, toU64 } from './record-tcp.ts';
import { WalkMemory } from './walk-memory.ts';

const S_IFMT = 0o170000;
const S_IFIFO = 0o010000;
const LATIN1 = new TextDecoder('latin1');

/** The least length of each kind, by its number. */
const LEAST: readonly number[] = [RECORD.fileEnd, RECORD.socketEnd, RECORD.tcpEnd, RECORD.unixEnd];

/**
 * Reads the records (`layout.ts`) that one read(2) of the walk gave: whole ones, one after the other. null where they are not: then nothing
 * of this walk can be trusted. Rows read from `bytes` for as long as they live.
 */
export function parseRecords(bytes: Uint8Array, memory = new WalkMemory()): readonly WalkRow[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows: WalkRow[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + RECORD.fileEnd > bytes.length) return null;
    const length = view.getUint32(at + RECORD.lengthBytes, true);
    const kind = view.getUint32(at + RECORD.kind, true);
    const least = LEAST[kind];
    if (least === undefined || length < least || at + length > bytes.length) return null;
    if (kind !== RECORD_KINDS.file && length !== least) return null;
    rows.push(new RecordRow({ bytes, view, at, memory }, kind, length));
    at += length;
  }
  return rows;
}

/** Reads of the record what is asked for: of thousands of rows, most of it never is. */
class RecordRow implements WalkRow, RecordAt {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly at: number;
  readonly memory: WalkMemory;
  readonly #kind: number;
  readonly #length: number;

  constructor({ bytes, view, at, memory }: RecordAt, kind: number, length: number) {
    this.bytes = bytes;
    this.view = view;
    this.at = at;
    this.memory = memory;
    this.#kind = kind;
    this.#length = length;
  }

  get pid(): number {
    return this.#u32(FILE_FIELDS.tgid.at);
  }

  get tid(): number {
    return this.#u32(FILE_FIELDS.tid.at);
  }

  get fd(): number {
    return this.#u32(RECORD.fd);
  }

  get file(): KernelIdentity {
    return toIdentity(this.view, this.at + RECORD.file);
  }

  get netns(): string {
    return this.memory.text(this.#u32(FILE_FIELDS.netns.at));
  }

  get flags(): number {
    return this.#u32(FILE_FIELDS.flags.at);
  }

  get links(): number {
    return this.#u32(FILE_FIELDS.links.at);
  }

  get inode(): Inode {
    return toInodeText(this.view, this.at + FILE_FIELDS.inode.at);
  }

  get mode(): number {
    return this.view.getUint16(this.at + FILE_FIELDS.mode.at, true);
  }

  get device(): string {
    return this.memory.device(this.#u32(FILE_FIELDS.device.at));
  }

  get isWatched(): boolean {
    return toIdentity(this.view, this.at + FILE_FIELDS.epoll.at) !== 0;
  }

  get link(): string | null {
    return this.isSocket ? null : toLink(this, this.#length);
  }

  get pipe(): WalkRow['pipe'] {
    if ((this.mode & S_IFMT) !== S_IFIFO) return null;
    return { readers: this.#u32(FILE_FIELDS.readers.at), writers: this.#u32(FILE_FIELDS.writers.at) };
  }

  get isSocket(): boolean {
    return this.#kind !== RECORD_KINDS.file;
  }

  get socketNetns(): string | null {
    return this.isSocket ? this.memory.text(this.#u32(SOCKET_FIELDS.netns.at)) : null;
  }

  get isClosedTcp(): boolean {
    return this.#kind === RECORD_KINDS.tcp && toState(this.view, this.at) === 'CLOSE';
  }

  get socket(): WalkSocket | null {
    return this.isSocket ? toSocket(this, this.#kind) : null;
  }

  get walkedAtMs(): number {
    return toU64(this.view, this.at + RECORD.walkedAtNs) / 1e6;
  }

  #u32(at: number): number {
    return this.view.getUint32(this.at + at, true);
  }
}

/** Without the NUL that ends it. */
function toLink({ bytes, at }: RecordAt, length: number): string | null {
  return length === RECORD.fileEnd ? null : LATIN1.decode(bytes.subarray(at + RECORD.fileEnd, at + length - 1));
}

function toSocket(place: RecordAt, kind: number): WalkSocket {
  const { view, at } = place;
  const u32 = (field: { readonly at: number }): number => view.getUint32(at + field.at, true);
  const u16 = (field: { readonly at: number }): number => view.getUint16(at + field.at, true);
  const state = toState(view, at);
  return {
    identity: toIdentity(view, at + RECORD.sock),
    family: u16(SOCKET_FIELDS.family),
    type: u16(SOCKET_FIELDS.type),
    protocol: u16(SOCKET_FIELDS.protocol),
    state,
    shutdown: view.getUint8(at + SOCKET_FIELDS.shutdown.at),
    error: Math.abs(view.getInt32(at + SOCKET_FIELDS.error.at, true)),
    netns: place.memory.text(u32(SOCKET_FIELDS.netns)),
    ...toEndpoints(place, kind),
    acceptQueue:
      state === 'LISTEN' ? { waiting: u32(SOCKET_FIELDS.waiting), backlog: u32(SOCKET_FIELDS.backlog) } : null,
    memoryBytes: u32(SOCKET_FIELDS.receiveMemory) + view.getInt32(at + SOCKET_FIELDS.setAsideMemory.at, true),
    cookie: toCookie(view, at + SOCKET_FIELDS.cookie.at),
    tcp: kind === RECORD_KINDS.tcp ? toTcp(place) : null,
    unix: kind === RECORD_KINDS.unix ? toUnix(view, at) : null,
  };
}

function toUnix(view: DataView, at: number): WalkSocket['unix'] {
  const peer = toIdentity(view, at + UNIX_FIELDS.peer.at);
  if (peer === 0) return { peer: null, peerIsHeld: false };
  return { peer, peerIsHeld: toIdentity(view, at + UNIX_FIELDS.peerHolder.at) !== 0 };
}

function toEndpoints(place: RecordAt, kind: number): { local: Endpoint | null; remote: Endpoint | null } {
  const { view, at } = place;
  const family = view.getUint16(at + SOCKET_FIELDS.family.at, true);
  if (family !== AF_INET && family !== AF_INET6) return { local: null, remote: null };
  const isFour = family === AF_INET;
  const remotePort = view.getUint16(at + SOCKET_FIELDS.remotePort.at);
  // The number a socket is bound to is 0 after its death; the one in network order stays.
  const bound = view.getUint16(at + SOCKET_FIELDS.boundPort.at, true);
  const localPort = kind === RECORD_KINDS.tcp ? view.getUint16(at + TCP_FIELDS.localPort.at) : bound;
  const { local4, local6, remote4, remote6 } = SOCKET_FIELDS;
  const remoteAt = isFour ? remote4 : remote6;
  return {
    local: toEndpoint(place, isFour ? local4 : local6, { isFour, port: localPort }),
    remote: remotePort === 0 ? null : toEndpoint(place, remoteAt, { isFour, port: remotePort }),
  };
}

function toEndpoint(
  { bytes, view, at, memory }: RecordAt,
  field: { readonly at: number },
  { isFour, port }: { readonly isFour: boolean; readonly port: number },
): Endpoint {
  const from = at + field.at;
  const format = (): string => formatIpBytes(bytes.subarray(from, from + (isFour ? 4 : 16)));
  return isFour ? memory.four(view.getUint32(from), port, format) : { address: format(), port };
}

/** The low 52 bits, which a number holds exactly; 0 for a null pointer. */
function toIdentity(view: DataView, at: number): KernelIdentity {
  return (view.getUint32(at + 4, true) & 0xfffff) * 0x1_0000_0000 + view.getUint32(at, true);
}

function toInodeText(view: DataView, at: number): Inode {
  const isExact = view.getUint32(at + 4, true) < 1 << 21;
  return toInode(`${isExact ? toU64(view, at) : view.getBigUint64(at, true)}`);
}

function toCookie(view: DataView, at: number): string | null {
  const [low, high] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
  if (high === 0) return low === 0 ? null : low.toString(16);
  return `${high.toString(16)}${low.toString(16).padStart(8, '0')}`;
}
