import type { EpollSet, OpenDescriptor } from '../model/open-descriptor.ts';
import { speaksOf } from './choose-process.ts';
import type { Part, SavedFdInfo } from './part.ts';

/**
 * What the epoll sets of a process watch, from saved `/proc/<pid>/fdinfo`. null where that of one set was not saved: then "watched by nothing"
 * would be a guess.
 */
export function toEpollSets(
  parts: readonly Part[],
  pid: number | null,
  open: readonly OpenDescriptor[],
): readonly EpollSet[] | null {
  const infos = new Map<number, SavedFdInfo>();
  for (const part of parts) {
    if (part.content.kind !== 'fdinfo' || !speaksOf(part, pid)) continue;
    for (const info of part.content.infos) infos.set(info.fd, info);
  }
  if (infos.size === 0) return null;
  const sets: EpollSet[] = [];
  for (const { fd, tid, kind } of open) {
    if (kind !== 'epoll') continue;
    const targets = infos.get(fd)?.targets ?? null;
    if (targets === null) return null;
    sets.push({ fd, tid, targets });
  }
  return sets;
}
