import type { SocketEvidence } from '../correlate/socket-evidence.ts';
import type { Listeners } from '../correlate/listeners.ts';
import { NETLINK_PROTOCOLS } from '../parse/proc-net-netlink.ts';
import { toText } from '../parse/bytes.ts';
import { toProtocol } from '../parse/protocol-name.ts';
import type { InetSocket, Socket, SocketType, TcpState } from '../model/socket.ts';
import type { InetRow, InetTable, NetlinkRow, UnixRow } from '../model/socket-row.ts';
import type { ListedSocket } from '../model/socket-tables.ts';
import type { Verdict, VerdictName } from '../model/verdict.ts';
import { verdictOfState } from './tcp-state.ts';
import { toVerdict } from './verdict.ts';

export interface Judged {
  readonly socket: Socket;
  readonly verdict: Verdict;
}

/** What a listed socket is set against. */
export interface Surroundings {
  readonly listeners: Listeners;
}

/** Judges a socket that stands in a table of its namespace. */
export function judgeListed(listed: ListedSocket, evidence: SocketEvidence, around: Surroundings): Judged {
  switch (listed.table) {
    case 'unix':
      return judgeUnix(listed.row, evidence);
    case 'netlink':
      return judgeNetlink(listed.row, evidence);
    case 'packet':
      return {
        socket: {
          family: 'packet',
          type: listed.row.type,
          protocol: 'PACKET',
          listed: true,
          foreign: evidence.isForeign,
        },
        verdict: toVerdict({ is: 'datagram', because: 'the table packet lists it' }),
      };
    case 'tcp':
    case 'tcp6':
      return judgeTcp(listed.table, listed.row, evidence, around);
    case 'udp':
    case 'udp6':
    case 'udplite':
    case 'udplite6':
    case 'raw':
    case 'raw6':
    case 'icmp':
    case 'icmp6':
      return {
        socket: toInetSocket(listed.table, listed.row, evidence),
        verdict: toVerdict({ is: 'datagram', because: `the table ${listed.table} lists it` }),
      };
  }
}

function judgeTcp(table: InetTable, row: InetRow, evidence: SocketEvidence, around: Surroundings): Judged {
  const { ss, isForeign } = evidence;
  const isMptcp = ss?.netid === 'mptcp' || evidence.protocolName?.startsWith('MPTCP') === true;
  const plain = toInetSocket(table, row, evidence);
  if (!isMptcp) return withState(plain, row.state, `the table ${table} says ${row.state}`, around);
  if (ss?.netid === 'mptcp') {
    const because = `ss --mptcp says ${ss.state}; the table ${table} shows its subflow ${row.state}`;
    return withState({ ...plain, protocol: 'mptcp', state: ss.state }, ss.state, because, around);
  }
  if (row.state !== 'ESTABLISHED')
    return withState({ ...plain, protocol: 'mptcp' }, row.state, `the table ${table} says ${row.state}`, around);
  const where = isForeign ? 'ss in its namespace' : 'ss --mptcp';
  const because = `an MPTCP connection looks ESTABLISHED in the table ${table} after its peer has closed; only ${where} tells, and it did not`;
  return { socket: { ...plain, protocol: 'mptcp' }, verdict: toVerdict({ is: 'undecided', because }) };
}

function withState(socket: InetSocket, state: TcpState, because: string, { listeners }: Surroundings): Judged {
  if (state === 'CLOSE') {
    return {
      socket,
      verdict: toVerdict({ is: 'undecided', because: `${because}, which no table lists for long: look again` }),
    };
  }
  const is = verdictOfState(state);
  return {
    socket: isWaiting(is) ? { ...socket, acceptedOn: acceptedOn(socket, listeners) } : socket,
    verdict: toVerdict({ is, because }),
  };
}

/** Verdicts whose listener says where the leak comes in. */
function isWaiting(is: VerdictName): boolean {
  return is === 'peer-closed' || is === 'half-closed';
}

/** The listener that accepted an inet socket, where its local endpoint tells. */
export function acceptedOn({ family, netns, local }: InetSocket, listeners: Listeners): InetSocket['acceptedOn'] {
  return local === null ? null : listeners.acceptedOn({ family, netns, local });
}

const TYPE_OF: Readonly<Record<string, SocketType>> = {
  tcp: 'stream',
  udp: 'dgram',
  udplite: 'dgram',
  icmp: 'dgram',
  raw: 'raw',
};

function toInetSocket(table: InetTable, row: InetRow, { netns, isForeign, ss }: SocketEvidence): InetSocket {
  const protocol = table.endsWith('6') ? table.slice(0, -1) : table;
  const isListener = protocol === 'tcp' && row.state === 'LISTEN';
  const hasPeer = row.remote.port !== 0;
  return {
    family: table.endsWith('6') ? 'inet6' : 'inet',
    type: TYPE_OF[protocol] ?? null,
    protocol,
    state: row.state,
    listed: true,
    foreign: isForeign,
    netns,
    cookie: ss?.cookie ?? null,
    local: row.local,
    remote: hasPeer ? row.remote : null,
    recvQueueBytes: isListener ? null : row.recvQueueBytes,
    sendQueueBytes: isListener ? null : row.sendQueueBytes,
    acceptQueue: isListener
      ? { waiting: row.recvQueueBytes, backlog: ss?.state === 'LISTEN' ? ss.sendQueue : null }
      : null,
    autopsy: null,
    acceptedOn: null,
  };
}

function judgeUnix(row: UnixRow, { isForeign, ss }: SocketEvidence): Judged {
  const path = row.pathBytes === null ? null : toText(row.pathBytes);
  const socket: Socket = {
    family: 'unix',
    type: row.type,
    protocol: 'unix',
    listed: true,
    foreign: isForeign,
    path: path?.text ?? null,
    pathBase64: path?.base64 ?? null,
    peerInode: ss?.peerInode ?? null,
    state: row.state,
  };
  if (row.type === 'dgram')
    return { socket, verdict: toVerdict({ is: 'datagram', because: 'the table unix lists it' }) };
  if (row.state !== 'CONNECTED')
    return { socket, verdict: toVerdict({ is: 'in-use', because: `the table unix says ${row.state}` }) };
  if (ss === null)
    return {
      socket,
      verdict: toVerdict({
        is: 'in-use',
        because: 'the table unix says CONNECTED; whether its peer is still there only ss tells',
      }),
    };
  if (ss.peerInode === '0' && ss.state === 'ESTABLISHED') {
    return {
      socket,
      verdict: toVerdict({
        is: 'peer-gone',
        because: 'the table unix says CONNECTED; ss shows no peer, and both directions ended',
      }),
    };
  }
  return {
    socket,
    verdict: toVerdict({ is: 'in-use', because: 'the table unix says CONNECTED, and ss sees no end of it' }),
  };
}

function judgeNetlink(row: NetlinkRow, { isForeign, protocolName }: SocketEvidence): Judged {
  return {
    socket: {
      family: 'netlink',
      type: null,
      protocol: protocolName === null ? 'NETLINK' : toProtocol(protocolName).protocol,
      protocolName: NETLINK_PROTOCOLS[row.protocolNumber] ?? null,
      listed: true,
      foreign: isForeign,
    },
    verdict: toVerdict({ is: 'datagram', because: 'the table netlink lists it' }),
  };
}
