import type { Kind } from '../model/descriptor.ts';
import { TCP_STATES, type TcpState } from '../model/socket.ts';
import type { LsofRow } from '../model/tool-row.ts';
import { parseFdLink } from '../parse/proc-fd-link.ts';
import { toProtocol } from '../parse/protocol-name.ts';
import { toLink, UNKNOWN_SOCKET } from './descriptors.ts';
import { parseListedEndpoint, toPeer } from './endpoint.ts';
import type { SavedDescriptor, SavedSocket } from './part.ts';
import { toTcpState } from './socket-states.ts';
import { toUnixType } from './unix-words.ts';

const KIND_OF_TYPE = new Map<string, Kind>([
  ['REG', 'file'],
  ['DIR', 'directory'],
  ['CHR', 'character-device'],
  ['BLK', 'block-device'],
  ['pidfd', 'pidfd'],
  ['sock', 'socket'],
  ['IPv4', 'socket'],
  ['IPv6', 'socket'],
  ['inet', 'socket'],
  ['unix', 'socket'],
  ['netlink', 'socket'],
  ['pack', 'socket'],
  ['raw', 'socket'],
  ['raw6', 'socket'],
  ['rawsock', 'socket'],
  ['icmp', 'socket'],
  ['sctp', 'socket'],
  ['VSOCK', 'socket'],
  ['vsock', 'socket'],
]);
const DELETED = ' (deleted)';
/** Old versions tell no peers and no types: `/run/a.sock`, `socket`. */
const UNIX_TYPE = /(?:^| )type=([A-Z_]+)(?: |$)/;
const UNIX_PATH = /^(?!type=|->|socket\b)(\S.*?)(?: type=\S+.*)?$/;

/** What a row of lsof says, in the words of `/proc`: kinds, links, states of the kernel. */
export function toDescriptorOfLsof(row: LsofRow): SavedDescriptor {
  const { pid, fd, fdText, type, inode, name } = row;
  const kind = toKind(row);
  return {
    pid,
    fd,
    fdText,
    isDescriptor: fd !== null || fdText.startsWith('*'),
    kind,
    target: toTarget(row, kind),
    inode,
    deleted: name.endsWith(DELETED) || (type === 'REG' && / \(path inode=\d+\)$/.test(name)),
    socket: kind === 'socket' ? toSocket(row) : null,
  };
}

const UNREAD = / \((?:readlink|opendir|stat|lstat): /;

/** null where lsof was not allowed to look. */
function toKind(row: LsofRow): Kind | null {
  const { type, name } = row;
  if (type === 'unknown' && UNREAD.test(name)) return null;
  const kind = KIND_OF_TYPE.get(type);
  if (kind === 'file') return toFileKind(row);
  if (kind !== undefined) return kind;
  if (type === 'FIFO') return name === '' || /^pipe\b/.test(name) ? 'pipe' : 'fifo';
  if (type === 'a_inode' || type === '0000' || type === 'unknown') return toAnonKind(name);
  return 'other';
}

/** Namespaces are regular files to stat(2), and lsof prints the first word of their links alone: `REG 0,4 0 4026531833 net`. */
const NAMESPACE = /^(?:net|mnt|uts|ipc|pid|user|cgroup|time)(?::\[\d+\])?$/;

function toFileKind({ name }: LsofRow): Kind {
  if (name.startsWith('/memfd:')) return 'memfd';
  return NAMESPACE.test(name) ? 'namespace' : 'file';
}

/** `[eventpoll:3,4]`, `[eventfd:46]`, `inotify`, `[timerfd]`, `[pidfd:31653]`; of 4.82 only `anon_inode`. */
function toAnonKind(name: string): Kind {
  const [, word = ''] = /^\[?([A-Za-z_-]+)/.exec(name) ?? [];
  if (word === 'anon_inode') return 'anon';
  const { kind } = parseFdLink(`anon_inode:${word}`);
  return kind === 'path' ? 'anon' : kind;
}

function toTarget({ inode, name, type }: LsofRow, kind: Kind | null): string {
  if (kind === 'socket') return toLink('socket', inode);
  if (kind === 'pipe') return toLink('pipe', inode);
  if (type !== 'a_inode' && type !== '0000') return name;
  return name.startsWith('anon_inode') ? name : `anon_inode:${name.replace(/^\[([a-z_]+):[^\]]*\]?.*$/, '[$1]')}`;
}

function toSocket(row: LsofRow): SavedSocket {
  const { inode, type } = row;
  if (type === 'sock') return withInode(row.name === 'protocol:' ? CUT_OFF : unlistedOf(row.protocolName), inode);
  if (type.startsWith('IPv') || type === 'inet') return toInet(row);
  if (type !== 'unix') return { ...UNKNOWN_SOCKET, inode, ...FAMILIES.get(type), listed: true };
  const [, path = null] = UNIX_PATH.exec(row.name.replace(/ \([A-Z]+\)$/, '')) ?? [];
  const unixType = toUnixType(UNIX_TYPE.exec(row.name)?.[1]);
  const { state } = row;
  return { ...UNKNOWN_SOCKET, inode, protocol: 'unix', family: 'unix', path, unixType, state, listed: true };
}

function toInet({ inode, type, name, protocol, state }: LsofRow): SavedSocket {
  const family = type === 'IPv6' ? 'inet6' : 'inet';
  const [ends = ''] = name.trim().split(' ');
  const [local = '', remote = ''] = ends.split('->');
  return {
    ...UNKNOWN_SOCKET,
    inode,
    family,
    protocol: (protocol ?? toProtocolOfName(name)).toLowerCase(),
    state: state === null ? toCutState(name) : toTcpState(state),
    local: parseListedEndpoint(local, family),
    remote: toPeer(parseListedEndpoint(remote, family)),
    listed: true,
  };
}

const CUT_STATE = / \(([A-Z_0-9]{2,})$/;

/** The state that a window cut, where only one begins so: `(CLOSE_W` is CLOSE_WAIT, `(CLO` is any of three. */
function toCutState(name: string): TcpState | null {
  const [, begun] = name.endsWith(')') ? [] : (CUT_STATE.exec(name) ?? []);
  const [state, second] = begun === undefined ? [] : TCP_STATES.filter((one) => one.startsWith(begun));
  return second === undefined ? (state ?? null) : null;
}

/** `-F` without its `P` field tells no protocol: only TCP has states that end a name or a field of its own. */
function toProtocolOfName(name: string): string {
  return name.startsWith('UDP') ? 'udp' : 'tcp';
}

const FAMILIES = new Map<string, Partial<SavedSocket>>([
  ['netlink', { family: 'netlink', protocol: 'netlink' }],
  ['pack', { family: 'packet', protocol: 'packet' }],
  ['raw', { family: 'inet', protocol: 'raw' }],
  ['raw6', { family: 'inet6', protocol: 'raw' }],
]);

const unlisted = new Map<string | null, SavedSocket>([[null, { ...UNKNOWN_SOCKET, listed: false }]]);

/** A leaking process has thousands of these, alike but for their inodes. */
function unlistedOf(protocolName: string | null): SavedSocket {
  const known = unlisted.get(protocolName);
  if (known !== undefined || protocolName === null) return known ?? UNKNOWN_SOCKET;
  // A window that cut the row leaves the beginning: no other protocol begins so.
  const whole = protocolName === 'TC' || protocolName === 'TCPv' ? 'TCP' : protocolName;
  if (CUT_PROTOCOL.test(whole)) return CUT_OFF;
  const { family, protocol } = toProtocol(whole);
  const socket: SavedSocket = {
    ...UNKNOWN_SOCKET,
    protocolName: whole,
    family: family === 'vsock' ? 'other' : family,
    protocol: protocol.toLowerCase(),
    listed: false,
  };
  if (unlisted.size < MOST_PROTOCOLS) unlisted.set(protocolName, socket);
  return socket;
}

/** Beginnings of several names of protocols: a window cut the rest. */
const CUT_PROTOCOL =
  /^(?:[TURNPI]|UD|UN|UNI|RA|NE|NET|NETL|NETLI|NETLIN|PA|PAC|PACK|PACKE|PI|PIN|MP|MPT|MPTC|SC|SCT|UDPv|RAWv)$/;
/** In no table, of a protocol whose name was cut: it may be any, and `''` is none. */
const CUT_OFF: SavedSocket = { ...UNKNOWN_SOCKET, protocolName: '', listed: false };

const MOST_PROTOCOLS = 100;

/** Written out: spreading took several times as long. */
const withInode = (socket: SavedSocket, inode: SavedSocket['inode']): SavedSocket => ({
  inode,
  holders: socket.holders,
  protocol: socket.protocol,
  family: socket.family,
  protocolName: socket.protocolName,
  state: socket.state,
  local: socket.local,
  remote: socket.remote,
  path: socket.path,
  unixType: socket.unixType,
  recvQueueBytes: socket.recvQueueBytes,
  sendQueueBytes: socket.sendQueueBytes,
  listed: socket.listed,
});
