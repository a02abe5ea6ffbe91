import type { Finding } from '../model/finding.ts';
import type { Case } from './case.ts';
import { formatCount } from '../words/format.ts';

/** Threads with a descriptor table of their own, which lsof and `/proc/<pid>/fd` do not show. */
export function findOtherThreadTables({ inspection }: Case): Finding | null {
  const { descriptors, process } = inspection;
  const counts = new Map<number, number>();
  for (const { tid } of descriptors) {
    if (tid !== null) counts.set(tid, (counts.get(tid) ?? 0) + 1);
  }
  if (counts.size === 0) return null;
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return {
    id: 'other-thread-tables',
    severity: 'info',
    count: total,
    title: `${formatCount(total, 'descriptor')} in ${formatCount(counts.size, 'further table')}: some threads do not share that of the process`,
    evidence: [...counts].map(
      ([tid, count]) =>
        `thread ${tid}, and those that share its table: ${formatCount(count, 'descriptor')} (/proc/${process.pid}/task/${tid}/fd)`,
    ),
    checked: [],
    advice:
      'Each table has its own numbers under the same limit. A thread gets one by unshare(CLONE_FILES) or clone(2) without CLONE_FILES: if that is not meant, a descriptor closed in one table stays open in the other.',
  };
}
