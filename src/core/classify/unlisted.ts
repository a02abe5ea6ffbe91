import type { Listeners } from '../evidence/listeners.ts';
import type { SocketEvidence } from '../evidence/socket-evidence.ts';
import type { Looks } from '../model/evidence.ts';
import type { Inode } from '../model/inode.ts';
import type { SocketProbe } from '../model/probe.ts';
import type { MissingTable } from '../model/socket-tables.ts';
import type { AcceptedOn } from '../model/socket.ts';
import type { Cause, Check, Verdict } from '../model/verdict.ts';
import { type ProtocolName, toProtocol, UNIDENTIFIED } from '../parse/protocol-name.ts';
import type { Judged } from './judged.ts';
import type { Certainty } from './certainty.ts';
import { toAnsweredSocket } from './answered-socket.ts';
import { toDeadSocket } from './dead-sockets.ts';
import type { Deaths } from './deaths.ts';
import { causeOfOrphan, describeOrphan, isOver } from './orphan.ts';
import { pastOf } from './past.ts';
import { isWaiting, verdictOfState } from './tcp-state.ts';
import { toUnlistedSocket } from './unlisted-socket.ts';
import type { VerdictDraft, Verdicts } from './verdicts.ts';

/** What the absence of a socket from the tables is worth. */
export interface Absence {
  readonly verdicts: Verdicts;
  readonly listeners: Listeners;
  /** The tables that could not be read. */
  readonly missing: readonly MissingTable[];
  /** Which of the dead are certain leaks, and when they died. */
  readonly certainty: Certainty;
  readonly deaths: Deaths;
  /** The traps that were checked for every socket in no table. */
  readonly checked: readonly Check[];
  /** Whether sockets answered themselves, or the kernel's own walk told what they are. */
  readonly seenBy: 'autopsy' | 'walk';
  /** Why sockets were not asked themselves; null when they were. */
  readonly noAutopsyBecause: string | null;
}

/** Judges a socket that stands in no table: by what it answered itself, else by its protocol's name alone. */
export function judgeUnlisted(evidence: SocketEvidence, absence: Absence): Judged {
  const { looks } = evidence;
  const probe = looks?.second ?? looks?.first ?? null;
  if (looks !== null && probe !== null) return judgeProbed(probe, looks, evidence, absence);
  const { verdicts, checked } = absence;
  if (evidence.protocolName === null) {
    const because =
      absence.missing.length > 0
        ? 'neither its protocol nor the tables of TCP are known: it may be anything'
        : 'it is in no table, and its protocol is not known: lsof could tell';
    const socket = toUnlistedSocket(UNNAMED, null);
    return { socket, verdict: verdicts.once('unnamed', () => ({ is: 'undecided', because, checked })) };
  }
  if (evidence.protocolName === UNIDENTIFIED) {
    const because =
      'it is in no table, and its protocol is not known: TCP most likely, dead, fresh, bound or of another namespace';
    const socket = toUnlistedSocket(UNNAMED, null);
    return { socket, verdict: verdicts.once('unidentified', () => ({ is: 'unlisted', because, checked })) };
  }
  const name = toProtocol(evidence.protocolName);
  const noAnswer = looks?.because ?? absence.noAutopsyBecause ?? 'it did not answer';
  const verdict = verdicts.once(`${evidence.protocolName} ${noAnswer}`, () => judgeName(name, absence, noAnswer));
  return { socket: toUnlistedSocket(name, null), verdict };
}

const UNNAMED: ProtocolName = { family: 'other', type: null, protocol: '' };

function judgeProbed(probe: SocketProbe, looks: Looks, evidence: SocketEvidence, absence: Absence): Judged {
  const { info, protocol, family, type } = probe;
  const { verdicts } = absence;
  if (isOver(probe) && (family === 'inet' || family === 'inet6'))
    return judgeOrphan({ probe, family, looks, inode: evidence.inode }, absence);
  const checked: readonly Check[] = [...absence.checked, absence.seenBy];
  if (info === null || (family !== 'inet' && family !== 'inet6')) {
    const known = evidence.protocolName === null ? null : toProtocol(evidence.protocolName).protocol;
    const name: ProtocolName = { family, type, protocol: protocol ?? known ?? family };
    return {
      socket: toUnlistedSocket(name, probe),
      verdict: judgeOther(name, probe, verdicts, checked),
    };
  }
  if (info.state === 'CLOSE') {
    const { is, because } = pastOf(probe);
    return {
      socket: toAnsweredSocket(probe, family, null),
      verdict: verdicts.once(is, () => ({ is, because, checked })),
    };
  }
  const { state } = info;
  const because = WHY_UNLISTED[`${probe.foreign}`];
  const verdict = verdicts.once(`answered ${state} ${probe.foreign}`, () => ({
    is: state === null ? 'undecided' : verdictOfState(state),
    because,
    checked,
  }));
  return {
    socket: toAnsweredSocket(probe, family, isWaiting(verdict) ? listenerOf(probe, family, absence) : null),
    verdict,
  };
}

const WHY_UNLISTED = {
  true: 'its own answer; no readable table belongs to its network namespace',
  false: 'its own answer; it was opened while the tables were read',
  null: 'its own answer; it is in another network namespace, or was opened while the tables were read',
} as const;

function judgeOther(name: ProtocolName, probe: SocketProbe, verdicts: Verdicts, checked: readonly Check[]): Verdict {
  if (name.family !== 'unix')
    return verdicts.once(`answered ${name.family} ${name.protocol}`, () => judgeFamily(name, checked));
  if (name.type === 'dgram')
    return verdicts.once('answered unix dgram', () => ({ is: 'datagram', because: 'its own answer', checked }));
  if (probe.hasPeer === true && probe.hungUp) {
    return verdicts.once('answered unix alone', () => ({
      is: 'peer-gone',
      because: 'its own answer: the peer has ended both directions',
      checked,
    }));
  }
  return verdicts.once('answered unix', () => ({
    is: 'in-use',
    because: 'its own answer: nothing has ended',
    checked,
  }));
}

interface Orphan {
  readonly inode: Inode;
  readonly looks: Looks;
  readonly probe: SocketProbe;
  readonly family: 'inet' | 'inet6';
}

function judgeOrphan({ inode, looks, probe, family }: Orphan, absence: Absence): Judged {
  const { certainty, deaths, verdicts, checked, seenBy } = absence;
  const death = deaths.of(inode);
  const deadForMs = deaths.atLeastMs(looks, death);
  const reason = certainty(toDeadSocket(looks, deadForMs));
  const cause = death?.cause ?? causeOfOrphan(probe);
  return {
    socket: toAnsweredSocket(
      probe,
      family,
      listenerOf(probe, family, absence),
      deaths.describe(looks, probe, { death, atLeast: deadForMs }),
    ),
    verdict: verdicts.once(
      ORPHANED_BY[cause],
      () => ({
        is: 'orphaned',
        cause,
        leak: reason.id === 'certain' ? 'certain' : 'suspect',
        because: describeOrphan(cause, reason),
        checked: [...checked.filter((check) => check !== 'second-look' || reason.id !== 'once'), seenBy],
      }),
      reason.id,
    ),
  };
}

function listenerOf(
  { netns, local }: SocketProbe,
  family: 'inet' | 'inet6',
  { listeners }: Absence,
): AcceptedOn | null {
  return local === null ? null : listeners.acceptedOn(family, netns, local);
}

const ORPHANED_BY = {
  reset: 'orphaned reset',
  ended: 'orphaned ended',
  'timed-out': 'orphaned timed-out',
  unreachable: 'orphaned unreachable',
  refused: 'orphaned refused',
  destroyed: 'orphaned destroyed',
  unknown: 'orphaned unknown',
} as const satisfies Record<Cause, string>;

/** A socket without a TCP state: its family says whether a table would ever list it. */
function judgeFamily({ family, protocol }: ProtocolName, checked: readonly Check[]): VerdictDraft {
  if (family === 'unix') {
    return {
      is: 'undecided',
      because: 'a unix socket in no table that was read: it was just opened or closed, or is in another namespace',
      checked,
    };
  }
  const because = 'it has no connection that could end; without a port no table lists it';
  if (DATAGRAM.has(protocol)) return { is: 'datagram', because, checked };
  return { is: 'untabulated', because: `no table that fdleak reads lists ${protocol}`, checked };
}

const DATAGRAM: ReadonlySet<string> = new Set(['udp', 'udplite', 'raw', 'icmp', 'icmp6']);

function judgeName(name: ProtocolName, { missing, checked }: Absence, noAnswer: string): VerdictDraft {
  if (name.protocol !== 'tcp' && name.protocol !== 'mptcp') return judgeFamily(name, checked);
  const table = name.family === 'inet6' ? 'tcp6' : 'tcp';
  const gap = missing.find((one) => one.name === table);
  if (gap !== undefined)
    return { is: 'undecided', because: `the table ${table} could not be read (${gap.because})`, checked };
  const what = name.family === 'inet6' ? 'TCPv6' : 'TCP';
  return {
    is: 'unlisted',
    because: `${what} in no table: dead, new, bound or in another namespace; it could not be probed: ${noAnswer}`,
    checked,
  };
}
