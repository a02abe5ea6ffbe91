import type { Case, Found, Rule } from './case.ts';
import { toStatement } from './statement.ts';
import { formatCount } from '../words/numbers.ts';
import { sortOut } from './sorted-out.ts';

/** Threads with a descriptor table of their own, which lsof and `/proc/<pid>/fd` do not show. */
export const OTHER_THREAD_TABLES = { id: 'other-thread-tables', about: 'view', find } as const satisfies Rule;

function find({ inspection }: Case): Found | null {
  const { descriptors, process } = inspection;
  const counts = new Map<number, number>();
  for (const { tid } of sortOut(descriptors).ofThreads) {
    if (tid !== null) counts.set(tid, (counts.get(tid) ?? 0) + 1);
  }
  if (counts.size === 0) return null;
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return {
    severity: 'info',
    count: total,
    title: `${formatCount(total, 'descriptor')} in ${formatCount(counts.size, 'further table')}: some threads do not share the process's own`,
    evidence: [...counts].map(([tid, count]) => threadTable({ pid: process.pid, tid, count })),
    checked: [],
    advice:
      'Each table has its own numbers under the same limit. A thread gets one by unshare(CLONE_FILES) or clone(2) without CLONE_FILES: if that is not intended, a descriptor closed in one table stays open in the other.',
  };
}

const threadTable = toStatement(
  'thread-table',
  ({ pid, tid, count }: { pid: number; tid: number; count: number }) =>
    `thread ${tid}, and those that share its table: ${formatCount(count, 'descriptor')} (/proc/${pid}/task/${tid}/fd)`,
);
