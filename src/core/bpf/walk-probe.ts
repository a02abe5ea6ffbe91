import type { SocketProbe } from '../model/probe.ts';
import type { WalkSocket } from '../model/walk.ts';
import { NETLINK_PROTOCOLS } from '../parse/proc-net-netlink.ts';
import { FAMILIES, PROTOCOLS, TYPES } from '../parse/socket-kinds.ts';

const RECEIVING = 1;
const BOTH = 3;
const CONNECTED_TYPES: ReadonlySet<SocketProbe['type']> = new Set<SocketProbe['type']>(['stream', 'seqpacket']);

const NAMES: Readonly<Record<string, string>> = { tcp: 'TCP', mptcp: 'MPTCP' };

/** The kernel's name of the protocol, `TCPv6`, where it tells them apart; null for others. */
export function toProtocolName({ family, type, protocol }: WalkSocket): string | null {
  if (FAMILIES[family] === 'unix') return TYPES[type] === 'stream' ? 'UNIX-STREAM' : 'UNIX';
  const name = NAMES[PROTOCOLS[protocol] ?? ''];
  if (name === undefined) return null;
  return FAMILIES[family] === 'inet6' ? `${name}v6` : FAMILIES[family] === 'inet' ? name : null;
}

/**
 * What a socket would answer if it were asked itself, as the kernel's own walk saw it. `netns` is the namespace of its process. null where
 * the walk does not tell enough: of MPTCP, whose states are another structure's, and where the rate of the coarse clock is not known.
 *
 * @see kernel net/ipv4/tcp.c tcp_poll(), tcp_get_info(); net/unix/af_unix.c unix_poll()
 */
export function toWalkProbe(socket: WalkSocket, netns: string | null): SocketProbe | null {
  const base = toBase(socket, netns);
  switch (base.family) {
    case 'inet':
    case 'inet6':
      return toInetProbe(socket, base);
    case 'unix':
      return toUnixProbe(socket, base);
    case 'netlink':
      return { ...base, protocol: NETLINK_PROTOCOLS[socket.protocol] ?? null };
    case 'packet':
    case 'vsock':
    case 'other':
      return base;
  }
}

function toBase({ family, type, local, error, shutdown, netns: own }: WalkSocket, netns: string | null): SocketProbe {
  return {
    family: FAMILIES[family] ?? 'other',
    type: TYPES[type] ?? null,
    protocol: null,
    info: null,
    local,
    remote: null,
    unreadBytes: null,
    memoryBytes: null,
    errorPending: error !== 0,
    hungUp: shutdown === BOTH,
    readEnded: (shutdown & RECEIVING) !== 0,
    hasPeer: null,
    foreign: netns === null ? null : own !== netns,
    netns: own,
  };
}

function toInetProbe({ protocol, tcp, remote, memoryBytes }: WalkSocket, base: SocketProbe): SocketProbe | null {
  const name = PROTOCOLS[protocol] ?? null;
  if (name !== 'tcp') return name === 'mptcp' ? null : { ...base, protocol: name };
  const info = tcp?.info ?? null;
  if (tcp === null || info === null) return null;
  const isOver = info.state === 'CLOSE' && info.rcvSpace > 0;
  return {
    ...base,
    protocol: name,
    info,
    remote,
    unreadBytes: isOver ? tcp.unreadBytes : null,
    memoryBytes: isOver ? memoryBytes : null,
    hungUp: base.hungUp || info.state === 'CLOSE',
  };
}

function toUnixProbe({ state, unix }: WalkSocket, base: SocketProbe): SocketProbe {
  const isClosed = CONNECTED_TYPES.has(base.type) && state === 'CLOSE';
  return { ...base, hungUp: base.hungUp || isClosed, hasPeer: unix !== null && unix.peer !== null };
}
