import type { Descriptor } from '../model/descriptor.ts';
import type { SocketType } from '../model/socket.ts';
import { isInet } from './ports.ts';

/** What a descriptor is, in the word that people search for: `dead tcp`, `CLOSE_WAIT`, `established`, `unix datagram`, `deleted file`. */
export function toWhat({ kind, deleted, socket, verdict, object }: Descriptor): string {
  if (socket === null) {
    if (deleted) return `deleted ${kind}`;
    if (object?.kind === 'bpf') return `bpf ${object.type}`;
    if (object?.kind === 'terminal') return 'terminal';
    return kind;
  }
  if (isInet(socket)) {
    const protocol = socket.protocol ?? 'socket';
    switch (verdict.is) {
      case 'orphaned':
        return `dead ${protocol}`;
      case 'peer-closed':
        return 'CLOSE_WAIT';
      case 'half-closed':
        return socket.state ?? 'FIN_WAIT';
      case 'connect-failed':
      case 'closed-listener':
      case 'listening':
      case 'connecting':
      case 'closing':
      case 'established':
        return protocol === 'tcp' ? verdict.is : `${verdict.is} ${protocol}`;
      case 'fresh':
        return `unused ${protocol}`;
      case 'bound':
        return `bound ${protocol}`;
      case 'unlisted':
      case 'undecided':
        return `undecided ${protocol}`;
      case 'peer-gone':
      case 'datagram':
      case 'untabulated':
      case 'in-use':
        return protocol;
    }
  }
  switch (socket.family) {
    case 'unix': {
      const type = socket.type === null ? 'socket' : TYPES[socket.type];
      return verdict.is === 'peer-gone' ? `unix ${type}, peer gone` : `unix ${type}`;
    }
    case 'netlink':
      return socket.protocolName === null ? 'netlink' : `netlink ${socket.protocolName.toUpperCase()}`;
    case 'vsock':
      return 'vsock';
    case 'packet':
      return 'packet';
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
