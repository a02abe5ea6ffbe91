import type { Descriptor } from '../model/descriptor.ts';
import type { InetSocket, Socket, SocketType } from '../model/socket.ts';
import type { Verdict, VerdictName } from '../model/verdict.ts';
import { isInet } from './ports.ts';

/** What a descriptor is, in the word that people search for: `dead tcp`, `CLOSE_WAIT`, `established`, `unix datagram`, `deleted file`. */
export function toWhat({ kind, deleted, socket, verdict, object }: Descriptor): string {
  if (isInet(socket)) return whatOfInet(socket, verdict);
  if (socket !== null) return whatOfSocket(socket, verdict);
  if (object?.kind === 'file' && object.fileSystem === 'mqueue') return 'message queue';
  if (deleted) return `deleted ${kind}`;
  if (object?.kind === 'bpf') return `bpf ${object.type}`;
  return object?.kind === 'terminal' ? 'terminal' : kind;
}

function whatOfInet({ state, protocol }: InetSocket, { is }: Verdict): string {
  const name = protocol ?? 'socket';
  if (is === 'half-closed') return state ?? 'FIN_WAIT';
  if (is === 'peer-closed') return 'CLOSE_WAIT';
  const adjective = ADJECTIVES[is];
  if (adjective !== undefined) return `${adjective} ${name}`;
  if (is === 'peer-gone') return `${name}, peer gone`;
  if (BY_PROTOCOL.has(is)) return name;
  return protocol === 'tcp' ? is : `${is} ${name}`;
}

const ADJECTIVES: Readonly<Partial<Record<VerdictName, string>>> = {
  orphaned: 'dead',
  fresh: 'unused',
  bound: 'bound',
  unlisted: 'undecided',
  undecided: 'undecided',
};

/** Verdicts that say less than the protocol. */
const BY_PROTOCOL: ReadonlySet<VerdictName> = new Set<VerdictName>(['datagram', 'untabulated', 'in-use']);

function whatOfSocket(socket: Exclude<Socket, InetSocket>, { is }: Verdict): string {
  switch (socket.family) {
    case 'unix': {
      const type = socket.type === null ? 'socket' : TYPES[socket.type];
      if (socket.state === 'LISTEN') return 'unix listener';
      return is === 'peer-gone' ? `unix ${type}, peer gone` : `unix ${type}`;
    }
    case 'netlink':
      return socket.protocolName === null ? 'netlink' : `netlink ${socket.protocolName.toUpperCase()}`;
    case 'vsock':
    case 'packet':
      return socket.family;
    case 'other':
      return (socket.protocol ?? 'socket').toLowerCase();
  }
}

const TYPES = {
  stream: 'stream',
  dgram: 'datagram',
  raw: 'raw',
  rdm: 'rdm',
  seqpacket: 'seqpacket',
  dccp: 'dccp',
  packet: 'packet',
} as const satisfies Record<SocketType, string>;
