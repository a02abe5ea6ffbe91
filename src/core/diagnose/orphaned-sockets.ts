import type { Finding } from '../model/finding.ts';
import type { Case } from './case.ts';
import { describeDeadFor } from './dead-for.ts';
import { formatCount } from '../words/format.ts';
import { findSockets, sharedChecks, type HeldSocket, type HeldSockets } from './held-sockets.ts';
import { describeGenerations } from './inode-generations.ts';
import { measureLimitUse } from './limit-use.ts';
import { describePlaces, groupByPlace, portsOf } from './places.ts';
import { adviseRaise } from './raise-limit.ts';
import { describeWatchers } from './watchers.ts';

/**
 * Connections that are over while their descriptors are open. An error when some are certain leaks; else a warning: a
 * healthy program may be about to close them.
 */
export function findOrphanedSockets(subject: Case): Finding | null {
  const { inspection } = subject;
  const orphans = findSockets(inspection.descriptors, 'orphaned');
  const { descriptors, sockets } = orphans;
  if (descriptors.length === 0) return null;
  const certain = descriptors.filter(({ verdict }) => verdict.leak === 'certain').length;
  return {
    id: 'orphaned-sockets',
    severity: certain > 0 ? 'error' : 'warning',
    count: descriptors.length,
    title: titleOf(orphans),
    evidence: [
      ...describeCertainty(descriptors.length, certain),
      ...describePlaces(groupByPlace(sockets)),
      ...describeDeadFor(sockets, inspection),
      ...describeTold(sockets),
      ...describeWatchers(descriptors, inspection.descriptors),
      ...describeBytes(sockets),
      ...describeKinds(sockets),
      ...describeGenerations(sockets),
      ...describeYounger(subject, sockets),
    ],
    checked: sharedChecks(descriptors),
    advice: adviceFor(subject, sockets, certain > 0),
  };
}

function titleOf({ descriptors, sockets }: HeldSockets): string {
  const orphans = formatCount(sockets.length, 'orphaned socket');
  const isOne = descriptors.length === 1;
  const subject = descriptors.length === sockets.length ? orphans : `${descriptors.length} descriptors of ${orphans}`;
  return isOne
    ? `${subject}: the connection is over, its descriptor is not`
    : `${subject}: the connections are over, their descriptors are not`;
}

function describeCertainty(total: number, certain: number): string[] {
  if (certain === total) return [];
  if (certain === 0)
    return [
      'none is a certain leak: all are dead, but a busy program may be about to close them; look again in a minute',
    ];
  return [`${certain} of ${total} are certain leaks; the others died too recently to say`];
}

/** An error that waits to be read is proof that nobody has looked at the socket since it was reset. */
function describeTold(sockets: readonly HeldSocket[]): string[] {
  const lines: string[] = [];
  const { length: total } = sockets;
  const pending = sockets.filter(({ socket }) => socket.autopsy?.errorPending === true);
  const reset = pending.filter(({ descriptor }) => descriptor.verdict.cause === 'reset').length;
  const dissolved = pending.length - reset;
  const ended = sockets.filter(({ socket }) => socket.autopsy?.errorPending === false).length;
  const unknown = total - pending.length - ended;
  if (reset > 0)
    lines.push(`an error is pending on ${reset} of ${total}: nobody has read these sockets since the connection died`);
  if (dissolved > 0)
    lines.push(
      `an error is pending on ${dissolved} of ${total}, but no end arrived: the program may have dissolved them itself (connect to AF_UNSPEC)`,
    );
  if (ended > 0)
    lines.push(
      `no error is pending on ${ended} of ${total}: both directions were ended, or the program was told of an error and kept the descriptor`,
    );
  if (unknown > 0) lines.push(`whether the program was told is not known of ${unknown} of ${total}`);
  return lines;
}

/** The kernel counts a FIN as one byte received, so 1 may be none. */
function describeBytes(sockets: readonly HeldSocket[]): string[] {
  const received = sockets.map(({ socket }) => socket.autopsy?.bytesReceived ?? null);
  if (received.length === 0) return [];
  if (received.every((bytes) => bytes === 0)) return ['bytes received: 0 on all of them; no peer got to send a byte'];
  if (received.every((bytes) => bytes === 0 || bytes === 1))
    return ['bytes received: at most 1 on each, and a FIN counts as one; hardly a peer got to send a byte'];
  return [];
}

function describeKinds(sockets: readonly HeldSocket[]): string[] {
  const mptcp = sockets.filter(({ socket }) => socket.protocol === 'mptcp').length;
  const foreign = sockets.filter(({ socket }) => socket.foreign === true).length;
  return [
    ...(mptcp > 0 ? [`${mptcp} of ${sockets.length} are MPTCP`] : []),
    ...(foreign > 0 ? [`${foreign} of ${sockets.length} belong to another network namespace than the process`] : []),
  ];
}

/** CLOSE_WAIT on the port of the orphans is the same leak before keepalive or a reset came. */
function describeYounger({ inspection }: Case, sockets: readonly HeldSocket[]): string[] {
  const ports = portsOf(sockets);
  const younger = findSockets(inspection.descriptors, 'peer-closed').sockets.filter(
    ({ socket }) => socket.local !== null && ports.has(socket.local.port),
  );
  if (younger.length === 0) return [];
  const shared = [...portsOf(younger)].sort((a, b) => a - b).map((port) => `:${port}`);
  return [
    `${younger.length} more on ${shared.join(', ')} ${younger.length === 1 ? 'is' : 'are'} in CLOSE_WAIT: the same leak at an earlier age, which a reset or keepalive turns into orphans`,
  ];
}

/** Below this share of the limit nobody needs to gain time. */
const PLENTY = 0.5;

function adviceFor(subject: Case, sockets: readonly HeldSocket[], isCertain: boolean): string {
  const { limits, process } = subject.inspection;
  const again = isCertain ? '' : `look again in a minute (fdleak inspect ${process.pid}). If they stay: `;
  const use = measureLimitUse(limits);
  const room = use === null ? '' : `${use.free} of ${use.soft} numbers are still free. `;
  const raise = use !== null && use.share < PLENTY ? null : adviseRaise(subject);
  const time = raise === null ? '' : `To gain time, ${raise}. `;
  const [socket, paths] = sockets.some((one) => one.socket.acceptedOn !== null)
    ? ['accepted socket', 'a timeout, a failed dial, the end of the other side']
    : ['socket', 'a timeout, an error, the end of the other side'];
  return `Tonight: ${again}${room}${time}A restart frees them all.\nTomorrow: close the ${socket} on every path on which the program gives up on it: ${paths}. Keepalive does not help: it ends connections, not descriptors.`;
}
