import type { Case, Found, Rule } from './case.ts';
import { describeDeadFor, describePace } from './dead-for.ts';
import { formatDuration } from '../parse/duration.ts';
import { findSockets, sharedChecks, type HeldSocket, type HeldSockets } from './held-sockets.ts';
import { measureLimitUse } from './limit-use.ts';
import { describeOrigins, groupByOrigin, localPortsOf } from './origins.ts';
import { adviseRaise } from './raise-limit.ts';
import { type PartOfTotal, type Statement, toStatement } from './statement.ts';
import { describeWatchers } from './watchers.ts';
import { formatCount } from '../words/numbers.ts';

/**
 * Connections that are over while their descriptors are open. An error when some are certain leaks; else a warning: a
 * healthy program may be about to close them.
 */
export const ORPHANED_SOCKETS = { id: 'orphaned-sockets', about: 'leak', find } as const satisfies Rule;

function find(subject: Case): Found | null {
  const { inspection } = subject;
  const orphans = findSockets(inspection.descriptors, 'orphaned');
  const { descriptors, sockets } = orphans;
  if (descriptors.length === 0) return null;
  const certain = descriptors.filter(({ verdict }) => verdict.leak === 'certain').length;
  return {
    severity: certain > 0 ? 'error' : 'warning',
    count: descriptors.length,
    title: titleOf(orphans),
    evidence: [
      ...describeCertainty(sockets, { total: descriptors.length, certain }, inspection),
      ...describeOrigins(groupByOrigin(sockets)),
      ...describeDeadFor(sockets, inspection),
      ...describePace(sockets, inspection),
      ...describeTold(sockets),
      ...describeWatchers(descriptors, inspection.descriptors),
      ...describeBytes(sockets),
      ...describeKinds(sockets),
      ...describeYounger(subject, sockets),
    ],
    checked: sharedChecks(descriptors),
    advice: adviceFor(subject, sockets, certain > 0),
  };
}

function titleOf({ descriptors, sockets }: HeldSockets): string {
  const dead = formatCount(sockets.length, 'dead socket');
  const isOne = descriptors.length === 1;
  const subject = descriptors.length === sockets.length ? dead : `${descriptors.length} descriptors of ${dead}`;
  return isOne
    ? `${subject}: the connection is over, its descriptor is not`
    : `${subject}: the connections are over, their descriptors are not`;
}

function describeCertainty(
  sockets: readonly HeldSocket[],
  { total, certain }: { readonly total: number; readonly certain: number },
  { options: { certainAfterMs } }: Case['inspection'],
): Statement[] {
  if (certain === total) return [];
  const old = sockets.filter(({ socket }) => (socket.deadMs?.atLeast ?? 0) >= certainAfterMs).length;
  return [certainLeaks({ count: certain, total, old, certainAfterMs })];
}

type Certain = PartOfTotal & {
  /** So many have been dead for long enough. */
  readonly old: number;
  readonly certainAfterMs: number;
};

const certainLeaks = toStatement('certain-leaks', ({ count, total, old, certainAfterMs }: Certain) => {
  const after = formatDuration(certainAfterMs);
  if (count > 0) return `${count} of ${total} are certain leaks; the others have been dead for less than ${after}`;
  return old === 0
    ? `none is a certain leak yet: a request may last as long as they have been dead; certain after ${after}`
    : `none is a certain leak: ${old} have been dead for over ${after}, but as many threads may be at work on them, or it is held up`;
});

/** An error waiting to be read proves that the program has not touched the socket since it was reset. */
function describeTold(sockets: readonly HeldSocket[]): Statement[] {
  const { length: total } = sockets;
  const pending = sockets.filter(({ socket }) => socket.autopsy?.errorPending === true);
  const dissolved = pending.filter(({ descriptor }) => descriptor.verdict.cause === 'unknown').length;
  const unread = pending.length - dissolved;
  const ended = sockets.filter(({ socket }) => socket.autopsy?.errorPending === false).length;
  const unknown = total - pending.length - ended;
  return [
    ...(unread > 0 ? [errorUnread({ count: unread, total })] : []),
    ...(dissolved > 0 ? [errorWithoutEnd({ count: dissolved, total })] : []),
    ...(ended > 0 ? [noError({ count: ended, total })] : []),
    ...(unknown > 0 ? [errorUnknown({ count: unknown, total })] : []),
  ];
}

const errorUnread = toStatement(
  'error-unread',
  ({ count, total }: PartOfTotal) =>
    `an error is pending on ${count} of ${total}: the program has not read these sockets since the connection died`,
);

const errorWithoutEnd = toStatement(
  'error-without-end',
  ({ count, total }: PartOfTotal) =>
    `an error is pending on ${count} of ${total}, but the peer sent no end: the program may have disconnected them itself (connect to AF_UNSPEC)`,
);

const noError = toStatement(
  'no-error',
  ({ count, total }: PartOfTotal) =>
    `no error is pending on ${count} of ${total}: both directions were ended, or the program read the error and kept the descriptor`,
);

const errorUnknown = toStatement(
  'error-unknown',
  ({ count, total }: PartOfTotal) => `for ${count} of ${total} it is unknown whether the program was told`,
);

/** The kernel counts a FIN as one byte received, so 1 may be none. */
function describeBytes(sockets: readonly HeldSocket[]): Statement[] {
  const received = sockets.map(({ socket }) => socket.autopsy?.bytesReceived ?? null);
  if (received.length === 0) return [];
  if (!received.every((bytes) => bytes === 0 || bytes === 1)) return [];
  return [bytesReceived({ most: received.some((bytes) => bytes === 1) ? 1 : 0 })];
}

const bytesReceived = toStatement('bytes-received', ({ most }: { most: 0 | 1 }) =>
  most === 0
    ? 'bytes received: 0 on all of them; no peer ever sent a byte'
    : 'bytes received: at most 1 on each, and a FIN counts as one; hardly any peer ever sent a byte',
);

function describeKinds(sockets: readonly HeldSocket[]): Statement[] {
  const mptcp = sockets.filter(({ socket }) => socket.protocol === 'mptcp').length;
  const foreign = sockets.filter(({ socket }) => socket.foreign === true).length;
  return [
    ...(mptcp > 0 ? [mptcpSockets({ count: mptcp, total: sockets.length })] : []),
    ...(foreign > 0 ? [otherNamespace({ count: foreign, total: sockets.length })] : []),
  ];
}

export const mptcpSockets = toStatement('mptcp', ({ count, total }: PartOfTotal) => `${count} of ${total} are MPTCP`);

const otherNamespace = toStatement(
  'other-namespace',
  ({ count, total }: PartOfTotal) => `${count} of ${total} belong to another network namespace than the process`,
);

/** CLOSE_WAIT on the port of the orphans is the same leak before keepalive or a reset came. */
function describeYounger({ inspection }: Case, sockets: readonly HeldSocket[]): Statement[] {
  const ports = localPortsOf(sockets);
  const younger = findSockets(inspection.descriptors, 'peer-closed').sockets.filter(
    ({ socket }) => socket.local !== null && ports.has(socket.local.port),
  );
  if (younger.length === 0) return [];
  return [sameLeakYounger({ count: younger.length, ports: [...localPortsOf(younger)].sort((a, b) => a - b) })];
}

const sameLeakYounger = toStatement(
  'same-leak-younger',
  ({ count, ports }: { count: number; ports: readonly number[] }) =>
    `${count} more on ${ports.map((port) => `:${port}`).join(', ')} ${count === 1 ? 'is' : 'are'} in CLOSE_WAIT: the same leak, earlier; a reset or keepalive turns them into dead sockets`,
);

/** Which line decides whether suspects are leaked. */
function adviseLater({ inspection: { process, capability, options }, viewer }: Case): string {
  const { pid } = process;
  if (capability.walk === true)
    return `inspect again later (fdleak inspect ${pid}), or watch it (fdleak watch ${pid}). If they are still there: `;
  const asRoot = viewer.uid === 0 ? '' : `sudo fdleak inspect ${pid}, `;
  const wait = formatDuration(options.certainAfterMs).replace(' min', 'm').replace(' ', '');
  return `${asRoot}fdleak inspect ${pid} --settle ${wait} or fdleak watch ${pid} decides. If they stay: `;
}

/** Below this share of the limit there is no need to buy time. */
const PLENTY = 0.5;

function adviceFor(subject: Case, sockets: readonly HeldSocket[], isCertain: boolean): string {
  const { limits } = subject.inspection;
  const again = isCertain ? '' : adviseLater(subject);
  const use = measureLimitUse(limits);
  const room = use === null ? '' : `${use.free} of ${use.soft} numbers are still free. `;
  const raise = use !== null && use.share < PLENTY ? null : adviseRaise(subject);
  const time = raise === null ? '' : `To buy time, ${raise}. `;
  const [socket, paths] = sockets.some((one) => one.socket.acceptedOn !== null)
    ? ['accepted socket', 'a timeout, a failed dial, the end of the other side']
    : ['socket', 'a timeout, an error, the end of the other side'];
  return `Tonight: ${again}${room}${time}A restart frees them all.\nTomorrow: close the ${socket} on every path that gives up on it: ${paths}. Keepalive does not help: it ends connections, not descriptors.`;
}
