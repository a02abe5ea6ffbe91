import type { Kind } from '../model/descriptor.ts';
import { parseFdLink } from '../parse/proc-fd-link.ts';
import { toProtocol } from '../parse/protocol-name.ts';
import { toInodeOf, toLink, UNKNOWN_SOCKET } from './descriptors.ts';
import { parseListedEndpoint, toPeer } from './endpoint.ts';
import { kindOfLink } from './kinds.ts';
import type { SavedDescriptor, SavedSocket } from './part.ts';
import { toTcpState } from './socket-states.ts';
import { toUnixType } from './unix-words.ts';

/** The columns of lsfd that are read, by their names in lower case. */
export type LsfdCells = ReadonlyMap<string, string>;

const KINDS = new Map<string, Kind>([
  ['REG', 'file'],
  ['DIR', 'directory'],
  ['CHR', 'character-device'],
  ['BLK', 'block-device'],
  ['SOCK', 'socket'],
  ['LINK', 'other'],
]);
const ANON_TYPES =
  /^(?:eventpoll|eventfd|timerfd|signalfd|inotify|fanotify|pidfd|io_uring|userfaultfd|perf_event|bpf\S*)$/;
const SOCKET_TYPE =
  /^(?:(?:MP)?TCP(?:v6)?|UDP(?:-Lite|v6|LITEv6)?|RAW(?:v6)?|PING(?:v6)?|UNIX(?:-STREAM|-DGRAM|-SEQPACKET)?|NETLINK|PACKET|AF_VSOCK|SOCK|SCTP(?:v6)?|XDP|ALG)$/;
const NAMED = /^([A-Za-z0-9_-]+):\[(\d+)\]$/;

/** What a row of lsfd 2.38 or newer says; null where it names neither a process nor a descriptor. */
export function toDescriptorOfLsfd(cells: LsfdCells): SavedDescriptor | null {
  const assoc = cells.get('assoc') ?? cells.get('fd') ?? '';
  const type = cells.get('type') ?? cells.get('sttype') ?? '';
  const name = cells.get('name') ?? cells.get('kname') ?? '';
  if (assoc === '' || (type === '' && name === '')) return null;
  const fd = toNumber(assoc);
  const kind = toKind(type, name);
  const inode = toInodeOf(cells.get('inode')) ?? toInodeOf(NAMED.exec(name)?.[2]);
  return {
    pid: toNumber(cells.get('pid')),
    fd,
    fdText: assoc,
    isDescriptor: fd !== null,
    kind,
    target: toTarget(kind, type, name, inode),
    inode,
    deleted: name.endsWith(' (deleted)') || DELETED.test(cells.get('xmode') ?? ''),
    socket: kind === 'socket' ? toSocket(type, name, inode) : null,
  };
}

/** `rw-D--`. */
const DELETED = /^...D/;

function toNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

function toKind(type: string, name: string): Kind {
  if (SOCKET_TYPE.test(type)) return 'socket';
  if (type === 'FIFO') return name.startsWith('pipe:') ? 'pipe' : 'fifo';
  if (name.startsWith('/memfd:')) return 'memfd';
  if (ANON_TYPES.test(type)) {
    const { kind } = parseFdLink(`anon_inode:[${type}]`);
    return kind === 'path' ? 'anon' : kind;
  }
  const kind = KINDS.get(type);
  // Descriptors of namespaces are regular files to stat(2).
  if (kind === 'file' && NAMED.test(name)) return kindOfLink(name);
  return kind ?? kindOfLink(name);
}

function toTarget(kind: Kind, type: string, name: string, inode: SavedDescriptor['inode']): string {
  if (kind === 'socket' || kind === 'pipe') return toLink(kind, inode);
  return ANON_TYPES.test(type) && !name.startsWith('anon_inode') ? `anon_inode:[${type}]` : name;
}

/**
 * lsfd 2.38 tells the protocol in NAME, `TCPv6:[323684]`; newer ones in TYPE, with `state=… laddr=… raddr=…` for what the
 * kernel lists, and `socket:[324357]` for what no table does.
 */
function toSocket(type: string, name: string, inode: SavedSocket['inode']): SavedSocket {
  const kernelName = type === 'SOCK' ? (NAMED.exec(name)?.[1] ?? null) : type;
  const facts = new Map([...name.matchAll(/(\w+)=(\S+)/g)].map(([, key = '', value = '']) => [key, value]));
  const { family, protocol, protocolName } = toNames(kernelName);
  const state = facts.get('state');
  const toEnd = (key: string) => parseListedEndpoint(facts.get(key) ?? '', family);
  return {
    ...UNKNOWN_SOCKET,
    inode,
    protocolName,
    protocol,
    family,
    state: toState(state, family),
    local: toEnd('laddr'),
    remote: toPeer(toEnd('raddr')),
    path: facts.get('path') ?? null,
    unixType: family === 'unix' ? toUnixType(/^UNIX-(\w+)$/.exec(kernelName ?? '')?.[1] ?? facts.get('type')) : null,
    // Only newer ones look into the tables; they say so by `state=`, and by its absence of what is in none.
    listed: type === 'SOCK' ? null : state !== undefined,
  };
}

function toNames(kernelName: string | null): Pick<SavedSocket, 'family' | 'protocol' | 'protocolName'> {
  if (kernelName === null || kernelName === 'socket') return { family: null, protocol: null, protocolName: null };
  const { family, protocol } = toProtocol(kernelName);
  return {
    family: family === 'vsock' ? 'other' : family,
    protocol: family === 'unix' ? 'unix' : protocol.toLowerCase(),
    protocolName: kernelName,
  };
}

function toState(state: string | undefined, family: SavedSocket['family']): string | null {
  if (state === undefined) return null;
  return family === 'unix' ? state.toUpperCase() : toTcpState(state);
}
