import type { SocketProbe } from '../model/probe.ts';
import type { Socket } from '../model/socket.ts';
import { NOT_DEAD } from './deaths.ts';
import type { ProtocolName } from '../parse/protocol-name.ts';

/** A socket in no table as the document shows it, from its protocol's name and what it answered, if it did. */
export function toUnlistedSocket({ family, type, protocol }: ProtocolName, probe: SocketProbe | null): Socket {
  const foreign = probe?.foreign ?? null;
  const listed = false;
  switch (family) {
    case 'inet':
    case 'inet6':
      return {
        family,
        type,
        protocol,
        state: null,
        listed,
        foreign,
        netns: probe?.netns ?? null,
        cookie: null,
        local: probe?.local ?? null,
        remote: null,
        recvQueueBytes: null,
        sendQueueBytes: null,
        acceptQueue: null,
        use: null,
        autopsy: null,
        ...NOT_DEAD,
        acceptedOn: null,
      };
    case 'unix':
      return {
        family,
        type,
        protocol: 'unix',
        listed,
        foreign,
        path: null,
        pathBase64: null,
        peerInode: null,
        peerPath: null,
        state: null,
        unreadBytes: null,
        clientsWaiting: null,
      };
    case 'netlink':
      return {
        family,
        type,
        protocol: 'NETLINK',
        protocolName: nameOfNetlink(probe),
        listed,
        foreign,
      };
    case 'packet':
    case 'vsock':
    case 'other':
      return { family, type, protocol: protocol === '' ? null : protocol, listed, foreign };
  }
}

function nameOfNetlink(probe: SocketProbe | null): string | null {
  return probe?.family === 'netlink' ? probe.protocol : null;
}
