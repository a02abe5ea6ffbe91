import { isLeaving } from '../evidence/old-workers.ts';
import type { OldWorker } from '../model/inspection.ts';
import { formatCount } from '../words/numbers.ts';
import type { Case, Found, Rule } from './case.ts';
import { findSockets } from './held-sockets.ts';
import { toPlaceFact, establishedGroups } from './living.ts';
import { toStatement } from './statement.ts';

/** A worker of an earlier generation, which lives for as long as its connections do; or a process that has some. */
export const OLD_WORKERS = { id: 'old-workers', about: 'view', find } as const satisfies Rule;

const ADVICE =
  'It ends with its last connection: give those a bound (nginx: worker_shutdown_timeout; haproxy: hard-stop-after).';

function find(subject: Case): Found | null {
  const { process, descriptors, oldWorkers } = subject.inspection;
  if (!isLeaving(process.cmdline)) return tellChildren(oldWorkers ?? []);
  const connections = findSockets(descriptors, 'established').sockets.length;
  if (connections === 0) return null;
  return {
    severity: 'info',
    count: connections,
    title: `An old worker that is shutting down: ${formatCount(connections, 'connection')} still established, ${findSockets(descriptors, 'listening').sockets.length === 0 ? 'no listener' : 'listening'}`,
    evidence: establishedGroups(subject).map((group) => toPlaceFact(group)),
    checked: [],
    advice: ADVICE,
  };
}

function tellChildren(workers: readonly OldWorker[]): Found | null {
  if (workers.length === 0) return null;
  return {
    severity: 'info',
    count: workers.length,
    title: `${formatCount(workers.length, 'old worker')} shutting down, ${sayHeld(workers)}: ${sayPids(workers)}`,
    evidence: workers.map(({ pid, connections, listeners }) => oldWorker({ pid, connections, listeners })),
    checked: [],
    advice: ADVICE,
  };
}

const SHOWN = 4;

function sayPids(workers: readonly OldWorker[]): string {
  const more = workers.length - SHOWN;
  const shown = workers.slice(0, SHOWN).map(({ pid }) => `${pid}`);
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** `20 established each, no listener` */
function sayHeld(workers: readonly OldWorker[]): string {
  const counts = workers.map(({ connections }) => connections);
  const [least, most] = [Math.min(...counts.map((one) => one ?? 0)), Math.max(...counts.map((one) => one ?? 0))];
  if (counts.includes(null)) return 'with connections that may not be seen';
  const held = `${least === most ? least : `${least} to ${most}`} established${workers.length > 1 ? ' each' : ''}`;
  return workers.every(({ listeners }) => listeners === 0) ? `${held}, without a listener` : held;
}

const oldWorker = toStatement(
  'old-worker',
  ({ pid, connections, listeners }: Pick<OldWorker, 'pid' | 'connections' | 'listeners'>) =>
    `process ${pid}: ${connections === null ? 'its descriptors may not be read' : `${formatCount(connections, 'connection')}, ${listeners === 0 ? 'no listener' : 'listening'}`}`,
);
