import type { Descriptor } from '../model/descriptor.ts';
import { formatFdNumbers } from '../words/fds.ts';
import { formatCount } from '../words/numbers.ts';
import type { Case, Found, Rule } from './case.ts';
import { MANY } from './living.ts';
import { toStatement } from './statement.ts';
import { sortOut } from './sorted-out.ts';

/** Pidfds and files below /proc of processes that have ended: no load makes them, nothing can be learnt from them any more. */
export const ENDED_PROCESSES_HELD = { id: 'ended-processes-held', about: 'leak', find } as const satisfies Rule;

function find({ inspection }: Case): Found | null {
  const held = sortOut(inspection.descriptors).others.filter(({ object }) => object?.kind === 'process');
  const ended = held.filter(({ object }) => object?.kind === 'process' && object.ended === true);
  if (ended.length < MANY) return null;
  const pidfds = ended.filter(({ kind }) => kind === 'pidfd');
  const files = ended.filter(({ kind }) => kind !== 'pidfd');
  return {
    severity: 'warning',
    count: ended.length,
    title: `${formatCount(ended.length, 'descriptor')} of processes that have ended: ${sayKinds(pidfds.length, files.length)}`,
    evidence: [
      ...(pidfds.length > 0
        ? [
            ofEnded({
              what: 'pidfd',
              count: pidfds.length,
              total: held.filter(({ kind }) => kind === 'pidfd').length,
              fds: toFds(pidfds),
            }),
          ]
        : []),
      ...(files.length > 0
        ? [
            ofEnded({
              what: '/proc file',
              count: files.length,
              total: held.filter(({ kind }) => kind !== 'pidfd').length,
              fds: toFds(files),
            }),
          ]
        : []),
    ],
    checked: [],
    advice: `Close a pidfd when its process was waited for, and a file below /proc once it was read; the paths that give up on a process that is gone forget both. See whether they grow: fdleak watch ${inspection.process.pid}.`,
  };
}

function sayKinds(pidfds: number, files: number): string {
  return [
    ...(pidfds > 0 ? [formatCount(pidfds, 'pidfd')] : []),
    ...(files > 0 ? [formatCount(files, '/proc file')] : []),
  ].join(', ');
}

function toFds(descriptors: readonly Descriptor[]): number[] {
  return descriptors.map(({ fd }) => fd);
}

const ofEnded = toStatement(
  'of-ended',
  ({ what, count, total, fds }: { what: string; count: number; total: number; fds: readonly number[] }) =>
    `${count} of ${formatCount(total, what)} are of ended processes: ${formatFdNumbers(fds)}`,
);
