import type { EpollSet, OpenDescriptor } from '../core/model/open-descriptor.ts';
import { parseFdinfo } from '../core/parse/proc-fdinfo.ts';
import type { Deadline } from './deadline.ts';
import type { ProcessFolder } from './process-folder.ts';

/** Together; a set of 19,000 is the largest that was seen to do work. */
const MOST_TARGETS = 200_000;

/**
 * Reads what each epoll descriptor watches. Null when one could not be read, or when there is more than {@link MOST_TARGETS} to read, or no time:
 * "watched by nothing" would be a guess.
 */
export async function readEpollSets(
  process: ProcessFolder,
  open: readonly OpenDescriptor[],
  deadline: Deadline,
): Promise<EpollSet[] | null> {
  const sets: EpollSet[] = [];
  let count = 0;
  for (const { fd, tid } of open.filter(({ kind }) => kind === 'epoll')) {
    const text = process.fdinfo({ fd, tid });
    if (text.kind === 'gone') continue;
    if (text.kind !== 'read') return null;
    const { epollTargets: targets, faults } = parseFdinfo(text.value);
    if (faults.length > 0) return null;
    count += targets.length;
    if (count > MOST_TARGETS) return null;
    sets.push({ fd, tid, targets });
    if (deadline.isOver()) return null;
    await deadline.rest();
  }
  return sets;
}
