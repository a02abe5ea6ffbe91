import type { Listeners } from '../evidence/listeners.ts';
import type { SocketEvidence } from '../evidence/socket-evidence.ts';
import type { Inode } from '../model/inode.ts';
import type { NetlinkRow } from '../model/socket-row.ts';
import type { InetRow, InetTable } from '../model/inet-row.ts';
import type { ListedSocket } from '../model/socket-tables.ts';
import type { AcceptedOn, InetSocket, Socket, SocketType, TcpState } from '../model/socket.ts';
import type { Verdict } from '../model/verdict.ts';
import { NETLINK_PROTOCOLS } from '../parse/proc-net-netlink.ts';
import { toProtocol } from '../parse/protocol-name.ts';
import { isWaiting, verdictOfState } from './tcp-state.ts';
import type { Judged } from './judged.ts';
import { judgeUnix } from './unix.ts';
import { judgeDatagram, type Verdicts } from './verdicts.ts';

/** What a listed socket is set against. */
export interface TableContext {
  readonly verdicts: Verdicts;
  readonly listeners: Listeners;
  /** Unix sockets that a runtime keeps on purpose with their other end closed. */
  readonly closeMarkers: ReadonlySet<Inode>;
  readonly active: ReadonlySet<Inode>;
  readonly steady: ReadonlySet<Inode>;
}

/** Judges a socket that stands in a table of its namespace. */
export function judgeListed(listed: ListedSocket, evidence: SocketEvidence, around: TableContext): Judged {
  switch (listed.table) {
    case 'unix':
      return judgeUnix(listed, evidence, around);
    case 'netlink':
      return { socket: toNetlinkSocket(listed.row, evidence), verdict: judgeDatagram(listed.table, around.verdicts) };
    case 'packet':
      return {
        socket: {
          family: 'packet',
          type: listed.row.type,
          protocol: 'PACKET',
          listed: true,
          foreign: evidence.isForeign,
        },
        verdict: judgeDatagram(listed.table, around.verdicts),
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
        socket: toInetSocket(listed.table, listed.row, evidence, {
          state: listed.row.state,
          protocol: PROTOCOL_OF[listed.table],
          acceptedOn: null,
          isSteady: null,
        }),
        verdict: judgeDatagram(listed.table, around.verdicts),
      };
  }
}

function judgeTcp(table: 'tcp' | 'tcp6', row: InetRow, evidence: SocketEvidence, around: TableContext): Judged {
  const { mptcp } = evidence;
  // The kernel's name is that of the listener: a plain TCP client that an MPTCP listener accepted has it too.
  const isMptcp = mptcp !== null || (evidence.protocolName?.startsWith('MPTCP') === true && !evidence.isMptcpTold);
  const state = mptcp?.state ?? row.state;
  if (state === 'ESTABLISHED' && mayHideMptcp(evidence)) {
    const because = `the table ${table} says ESTABLISHED, but neither koffi nor ss could say whether it is an MPTCP connection, which looks the same after its end`;
    const verdict = around.verdicts.once(`${table} perhaps mptcp`, () => ({ is: 'undecided', because }));
    return {
      socket: toInetSocket(table, row, evidence, { state, protocol: null, acceptedOn: null, isSteady: null }),
      verdict,
    };
  }
  const verdict = around.active.has(evidence.inode)
    ? judgeActive(table, state, around.verdicts)
    : isMptcp
      ? judgeMptcp(table, row.state, mptcp, around.verdicts)
      : around.verdicts.once(IN_STATE[table], () => ofState(state, `the table ${table} says ${state}`), state);
  const family = table === 'tcp' ? 'inet' : 'inet6';
  const acceptedOn = isWaiting(verdict) ? around.listeners.acceptedOn(family, evidence.netns, row.local) : null;
  return {
    socket: toInetSocket(table, row, evidence, {
      state,
      protocol: isMptcp ? 'mptcp' : 'tcp',
      acceptedOn,
      isSteady: around.steady.has(evidence.inode) ? true : null,
    }),
    verdict,
  };
}

/** One direction has ended and the other is at work: a server that streams to a client that has asked all it wanted is healthy. */
function judgeActive(table: InetTable, state: TcpState, verdicts: Verdicts): Verdict {
  const what = state === 'CLOSE_WAIT' ? 'this process goes on sending' : 'the peer goes on sending';
  return verdicts.once(`active ${table} ${state}`, () => ({
    ...ofState(state, `the table ${table} says ${state}, and ${what}`),
    leak: 'no',
  }));
}

const IN_STATE = { tcp: 'tcp in state', tcp6: 'tcp6 in state' } as const;

/** Whether nobody could say that a connection is not MPTCP, where such connections are. */
function mayHideMptcp({ protocolName, mayBeMptcp, isMptcpTold }: SocketEvidence): boolean {
  return protocolName === null && mayBeMptcp && !isMptcpTold;
}

/** The table shows the state of a subflow; netlink or ss tell that of the connection. */
function judgeMptcp(table: InetTable, subflow: TcpState, told: SocketEvidence['mptcp'], verdicts: Verdicts): Verdict {
  return verdicts.once(`mptcp ${table} ${subflow} ${told?.state} ${told?.teller}`, () => {
    if (told !== null)
      return ofState(told.state, `${told.teller} says ${told.state}; the table ${table} shows its subflow ${subflow}`);
    if (subflow !== 'ESTABLISHED') return ofState(subflow, `the table ${table} says ${subflow}`);
    const because = `an MPTCP connection still looks ESTABLISHED in the table ${table} after its peer has closed; only netlink or ss --mptcp in its namespace can tell, and they did not`;
    return { is: 'undecided', because };
  });
}

function ofState(state: TcpState, because: string): { is: Verdict['is']; because: string } {
  if (state === 'CLOSE')
    return { is: 'undecided', because: `${because}, which no table lists for long: inspect again` };
  return { is: verdictOfState(state), because };
}

const PROTOCOL_OF = {
  tcp: 'tcp',
  tcp6: 'tcp',
  udp: 'udp',
  udp6: 'udp',
  udplite: 'udplite',
  udplite6: 'udplite',
  raw: 'raw',
  raw6: 'raw',
  icmp: 'icmp',
  icmp6: 'icmp',
} as const satisfies Record<InetTable, string>;

const TYPE_OF = {
  tcp: 'stream',
  mptcp: 'stream',
  udp: 'dgram',
  udplite: 'dgram',
  icmp: 'dgram',
  raw: 'raw',
} as const satisfies Record<string, SocketType>;

interface InetFacts {
  readonly state: TcpState;
  /** null for a TCP socket that may be MPTCP. */
  readonly protocol: keyof typeof TYPE_OF | null;
  readonly acceptedOn: AcceptedOn | null;
  readonly isSteady: boolean | null;
}

/** A raw socket has no port on either side: its state tells whether it is connected. */
function hasPeer({ remote, state }: InetRow, protocol: InetFacts['protocol']): boolean {
  return remote.port !== 0 || (protocol === 'raw' && state === 'ESTABLISHED');
}

function toInetSocket(
  table: InetTable,
  row: InetRow,
  { netns, isForeign, ss }: SocketEvidence,
  facts: InetFacts,
): InetSocket {
  const { state, protocol, acceptedOn } = facts;
  const isListener = state === 'LISTEN';
  return {
    family: table.endsWith('6') ? 'inet6' : 'inet',
    type: protocol === null ? 'stream' : TYPE_OF[protocol],
    protocol,
    state,
    listed: true,
    foreign: isForeign,
    netns,
    cookie: ss?.cookie ?? null,
    // What the table prints as the port of a raw socket is the number of its IP protocol.
    local: protocol === 'raw' ? { address: row.local.address, port: 0 } : row.local,
    remote: hasPeer(row, protocol) ? row.remote : null,
    recvQueueBytes: isListener ? null : row.recvQueueBytes,
    sendQueueBytes: isListener ? null : row.sendQueueBytes,
    acceptQueue:
      isListener && row.recvQueueBytes !== null
        ? {
            waiting: row.recvQueueBytes,
            backlog: ss?.state === 'LISTEN' ? ss.sendQueue : row.backlog,
            isSteady: facts.isSteady,
          }
        : null,
    use: row.use,
    autopsy: null,
    diedAt: null,
    deadMs: null,
    errorName: null,
    acceptedOn,
  };
}

function toNetlinkSocket(row: NetlinkRow, { isForeign, protocolName }: SocketEvidence): Socket {
  return {
    family: 'netlink',
    type: null,
    protocol: protocolName === null ? 'NETLINK' : toProtocol(protocolName).protocol,
    protocolName: NETLINK_PROTOCOLS[row.protocolNumber] ?? null,
    listed: true,
    foreign: isForeign,
  };
}
