import type { SocketEvidence } from '../correlate/socket-evidence.ts';
import type { Listeners } from '../correlate/listeners.ts';
import type { SocketProbe } from '../model/probe.ts';
import type { InetSocket, Socket } from '../model/socket.ts';
import type { MissingTable } from '../model/socket-tables.ts';
import type { Check } from '../model/verdict.ts';
import { type ProtocolName, toProtocol } from '../parse/protocol-name.ts';
import { acceptedOn, type Judged } from './listed.ts';
import { causeOfOrphan, leakOfOrphan, toAutopsyReport } from './orphan.ts';
import { verdictOfState } from './tcp-state.ts';
import { toVerdict } from './verdict.ts';

/** What the absence of a socket from the tables is worth. */
export interface Absence {
  readonly listeners: Listeners;
  /** The tables that could not be read. */
  readonly missing: readonly MissingTable[];
  /** Between the two looks; null when there was one. */
  readonly apartMs: number | null;
  /** The traps that were checked for every socket in no table. */
  readonly checked: readonly Check[];
  /** Why sockets were not asked themselves; null when they were. */
  readonly noAutopsyBecause: string | null;
}

/** Judges a socket that stands in no table: by what it answered itself, else by its protocol's name alone. */
export function judgeUnlisted(evidence: SocketEvidence, absence: Absence): Judged {
  const probe = evidence.looks?.second ?? evidence.looks?.first ?? null;
  if (probe !== null) return judgeProbed(probe, evidence, absence);
  if (evidence.protocolName === null) {
    const because = 'it is in no table, and nobody could say its protocol: koffi or lsof would';
    return { socket: toOther(null), verdict: toVerdict({ is: 'undecided', because, checked: absence.checked }) };
  }
  return judgeNamed(toProtocol(evidence.protocolName), absence, evidence.looks?.because ?? absence.noAutopsyBecause);
}

function judgeProbed(probe: SocketProbe, evidence: SocketEvidence, absence: Absence): Judged {
  const { info, protocol, family } = probe;
  const checked: Check[] = [...absence.checked, 'autopsy'];
  if (info === null || (family !== 'inet' && family !== 'inet6')) {
    const name: ProtocolName = { family, type: probe.type, protocol: protocol ?? evidence.protocolName ?? family };
    return judgeWithoutState(name, probe, checked);
  }
  const socket = toInetSocket(probe, family);
  if (info.state !== 'CLOSE') {
    const because =
      probe.foreign === true
        ? 'it says so itself; its network namespace is one that no readable table belongs to'
        : 'it says so itself; it was opened while the tables were read';
    return {
      socket,
      verdict: toVerdict({ is: info.state === null ? 'undecided' : verdictOfState(info.state), because, checked }),
    };
  }
  if (info.rcvSpace > 0) return judgeOrphan(socket, probe, evidence, { ...absence, checked });
  const past = pastOf(probe);
  return { socket, verdict: toVerdict({ ...past, checked }) };
}

function judgeOrphan(socket: InetSocket, probe: SocketProbe, { looks }: SocketEvidence, absence: Absence): Judged {
  const { leak, because } = leakOfOrphan(looks ?? { first: probe, second: null, because: null }, absence.apartMs);
  const cause = causeOfOrphan(probe);
  const how =
    cause === 'reset'
      ? 'it died of an error that the program has not been told'
      : 'no error is pending: both directions ended, or the program was told and kept the descriptor';
  return {
    socket: { ...socket, autopsy: toAutopsyReport(probe), acceptedOn: acceptedOn(socket, absence.listeners) },
    verdict: toVerdict({
      is: 'orphaned',
      cause,
      leak,
      because: `it was connected, its state is CLOSE, it is in no table; ${how}; ${because}`,
      checked: absence.checked,
    }),
  };
}

/**
 * What a TCP socket in CLOSE that never was connected has been, from the marks its past left in TCP_INFO: a route was looked up
 * (connect), a receive size was set (listen), a port was taken (bind), or nothing.
 */
function pastOf({ info, local }: SocketProbe): {
  is: 'connect-failed' | 'closed-listener' | 'bound' | 'fresh';
  because: string;
} {
  if (info !== null && info.pmtu > 0)
    return {
      is: 'connect-failed',
      because: 'it never was connected, but a route was looked up for it: connect() was tried',
    };
  if (info !== null && info.rcvMss > 0)
    return { is: 'closed-listener', because: 'it never was connected, and it has been listening' };
  if (local !== null && local.port > 0)
    return { is: 'bound', because: 'it never was connected nor listening, and has a local port' };
  return { is: 'fresh', because: 'it never was connected, has no port and no other past' };
}

function toInetSocket(probe: SocketProbe, family: 'inet' | 'inet6'): InetSocket {
  const { info, local, remote } = probe;
  return {
    family,
    type: probe.type,
    protocol: probe.protocol,
    state: info?.state ?? null,
    listed: false,
    foreign: probe.foreign,
    netns: probe.netns,
    cookie: null,
    local: local === null || local.port === 0 ? null : local,
    remote,
    recvQueueBytes: null,
    sendQueueBytes: null,
    acceptQueue: null,
    autopsy: toAutopsyReport(probe),
    acceptedOn: null,
  };
}

/** A socket that has no TCP state: its family says whether a table would ever list it. */
function judgeWithoutState(name: ProtocolName, probe: SocketProbe | null, checked: readonly Check[]): Judged {
  const socket = toUnlistedSocket(name, probe);
  const { protocol, family } = name;
  if (family === 'unix')
    return {
      socket,
      verdict: toVerdict({
        is: 'undecided',
        because: 'a unix socket in no table that was read: it came, went, or is of another namespace',
        checked,
      }),
    };
  const isDatagram =
    protocol === 'udp' || protocol === 'udplite' || protocol === 'raw' || protocol === 'icmp' || protocol === 'icmp6';
  if (isDatagram)
    return {
      socket,
      verdict: toVerdict({
        is: 'datagram',
        because: 'it has no connection to be over; without a port no table lists it',
        checked,
      }),
    };
  return {
    socket,
    verdict: toVerdict({ is: 'untabulated', because: `no table that fdleak reads lists ${protocol}`, checked }),
  };
}

function judgeNamed(name: ProtocolName, { missing, checked }: Absence, noAutopsyBecause: string | null): Judged {
  if (name.protocol !== 'tcp' && name.protocol !== 'mptcp') return judgeWithoutState(name, null, checked);
  const socket = toUnlistedSocket(name, null);
  const table = name.family === 'inet6' ? 'tcp6' : 'tcp';
  const gap = missing.find((one) => one.name === table);
  if (gap !== undefined) {
    return {
      socket,
      verdict: toVerdict({
        is: 'undecided',
        because: `the table ${table} could not be read (${gap.because})`,
        checked,
      }),
    };
  }
  const because = `${name.family === 'inet6' ? 'TCPv6' : 'TCP'} in no table: orphaned, fresh, bound or of another namespace; to ask it: ${noAutopsyBecause ?? 'it did not answer'}`;
  return { socket, verdict: toVerdict({ is: 'unlisted', because, checked }) };
}

function toUnlistedSocket({ family, type, protocol }: ProtocolName, probe: SocketProbe | null): Socket {
  const foreign = probe?.foreign ?? null;
  switch (family) {
    case 'inet':
    case 'inet6':
      return {
        family,
        type,
        protocol,
        state: null,
        listed: false,
        foreign,
        netns: probe?.netns ?? null,
        cookie: null,
        local: probe?.local ?? null,
        remote: null,
        recvQueueBytes: null,
        sendQueueBytes: null,
        acceptQueue: null,
        autopsy: null,
        acceptedOn: null,
      };
    case 'unix':
      return {
        family,
        type,
        protocol: 'unix',
        listed: false,
        foreign,
        path: null,
        pathBase64: null,
        peerInode: null,
        state: null,
      };
    case 'netlink':
      return { family, type, protocol: 'NETLINK', protocolName: null, listed: false, foreign };
    case 'packet':
    case 'vsock':
    case 'other':
      return { family, type, protocol, listed: false, foreign };
  }
}

function toOther(protocol: string | null): Socket {
  return { family: 'other', type: null, protocol, listed: false, foreign: null };
}
