import type { Descriptor } from '../model/descriptor.ts';
import { formatFds } from '../words/format.ts';

/** Whether an event loop will hear of these descriptors: `no epoll set watches 40 of 40`. */
export function describeWatchers(held: readonly Descriptor[], all: readonly Descriptor[]): string[] {
  const known = held.filter(({ watchedBy }) => watchedBy !== null);
  if (known.length < held.length)
    return ['whether anything polls them is not known: an epoll set of the process could not be read'];
  if (!all.some(({ kind }) => kind === 'epoll'))
    return ['the process has no epoll set: whether a thread waits for them in poll, select or read is not known'];
  const watched = held.filter(({ watchedBy }) => watchedBy !== null && watchedBy.length > 0);
  const unwatched = held.length - watched.length;
  const lines: string[] = [];
  if (unwatched > 0) {
    const consequence = all.some(({ kind }) => kind === 'io-uring')
      ? 'an event loop on epoll will never notice them (the process has an io_uring as well, which might)'
      : 'an event loop on epoll will never notice them';
    lines.push(`no epoll set watches ${unwatched} of ${held.length}: ${consequence}`);
  }
  if (watched.length > 0) {
    const sets = [...new Set(watched.flatMap(({ watchedBy }) => watchedBy ?? []))].sort((a, b) => a - b);
    lines.push(
      `an epoll set (${formatFds(sets)}) watches ${watched.length} of ${held.length}: there their end is announced to the program`,
    );
  }
  return lines;
}
