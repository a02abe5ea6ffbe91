import type { EpollSet, OpenDescriptor } from '../core/model/open-descriptor.ts';
import { parseFdinfo } from '../core/parse/proc-fdinfo.ts';
import type { ProcessFolder } from './process-folder.ts';

/** Reads what each epoll descriptor watches. Null when one could not be read: "watched by nothing" would be a guess. */
export function readEpollSets(process: ProcessFolder, open: readonly OpenDescriptor[]): EpollSet[] | null {
  const sets: EpollSet[] = [];
  for (const { fd, tid, kind } of open) {
    if (kind !== 'epoll') continue;
    const text = process.fdinfo({ fd, tid });
    if (text.kind === 'gone') continue;
    if (text.kind !== 'read') return null;
    const { epollTargets: targets, faults } = parseFdinfo(text.value);
    if (faults.length > 0) return null;
    sets.push({ fd, tid, targets });
  }
  return sets;
}
