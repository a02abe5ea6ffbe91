import type { Kind } from '../model/descriptor.ts';
import type { LsofRow } from '../model/socket-row.ts';
import { parseFdLink } from '../parse/proc-fd-link.ts';
import { type ProtocolName, toProtocol } from '../parse/protocol-name.ts';
import { toLink, UNKNOWN_SOCKET } from './descriptors.ts';
import { parseEndpoint, toPeer } from './endpoint.ts';
import type { SavedDescriptor, SavedSocket } from './part.ts';
import { toTcpState } from './socket-states.ts';

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
const UNIX_PATH = /^(?!type=|->|socket\b)(\S.*?)(?: type=\S+.*)?$/;

/** What a row of lsof says, in the words of `/proc`: kinds, links, states of the kernel. */
export function toDescriptorOfLsof(row: LsofRow): SavedDescriptor {
  const { pid, fd, fdText, type, inode, name } = row;
  const kind = toKind(type, name);
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

function toKind(type: string, name: string): Kind {
  const kind = KIND_OF_TYPE.get(type);
  if (kind === 'file') return name.startsWith('/memfd:') ? 'memfd' : 'file';
  if (kind !== undefined) return kind;
  if (type === 'FIFO') return name === '' || /^pipe\b/.test(name) ? 'pipe' : 'fifo';
  if (type === 'a_inode' || type === '0000' || type === 'unknown') return toAnonKind(name);
  return 'other';
}

/** `[eventpoll:3,4]`, `[eventfd:46]`, `inotify`, `[timerfd]`, `[pidfd:31653]`; of 4.82 only `anon_inode`. */
function toAnonKind(name: string): Kind {
  const [, word = ''] = /^\[?([A-Za-z_-]+)/.exec(name) ?? [];
  if (word === 'anon_inode') return 'anon';
  const { kind } = parseFdLink(`anon_inode:${word}`);
  return kind === 'path' ? 'anon' : kind;
}

function toTarget({ inode, name, type }: LsofRow, kind: Kind): string {
  if (kind === 'socket') return toLink('socket', inode);
  if (kind === 'pipe') return toLink('pipe', inode);
  if (type !== 'a_inode' && type !== '0000') return name;
  return name.startsWith('anon_inode') ? name : `anon_inode:${name.replace(/^\[([a-z_]+):[^\]]*\]?.*$/, '[$1]')}`;
}

function toSocket(row: LsofRow): SavedSocket {
  const { inode, type, name, protocol, protocolName, state } = row;
  const base = { ...UNKNOWN_SOCKET, inode };
  if (type === 'sock') return { ...base, ...toUnlisted(protocolName), listed: false };
  if (type === 'unix') {
    const [, path = null] = UNIX_PATH.exec(name.replace(/ \([A-Z]+\)$/, '')) ?? [];
    return { ...base, protocol: 'unix', family: 'unix', path, state: state ?? null, listed: true };
  }
  if (type !== 'IPv4' && type !== 'IPv6' && type !== 'inet') return { ...base, ...FAMILIES.get(type), listed: true };
  const family = type === 'IPv6' ? 'inet6' : 'inet';
  const [ends = ''] = name.trim().split(' ');
  const [local = '', remote = ''] = ends.split('->');
  return {
    ...base,
    family,
    protocol: (protocol ?? toProtocolOfName(name)).toLowerCase(),
    state: state === null ? null : toTcpState(state),
    local: parseEndpoint(local, family),
    remote: toPeer(parseEndpoint(remote, family)),
    listed: true,
  };
}

/** `-F` without its `P` field tells no protocol: only TCP has states that end a name or a field of its own. */
function toProtocolOfName(name: string): string {
  return /^UDP\b/.test(name) ? 'udp' : 'tcp';
}

const FAMILIES = new Map<string, Partial<SavedSocket>>([
  ['netlink', { family: 'netlink', protocol: 'netlink' }],
  ['pack', { family: 'packet', protocol: 'packet' }],
  ['raw', { family: 'inet', protocol: 'raw' }],
  ['raw6', { family: 'inet6', protocol: 'raw' }],
]);

function toUnlisted(protocolName: string | null): Partial<SavedSocket> {
  if (protocolName === null) return {};
  const { family, protocol }: ProtocolName = toProtocol(protocolName);
  return { protocolName, family: family === 'vsock' ? 'other' : family, protocol: protocol.toLowerCase() };
}
