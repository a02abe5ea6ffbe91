import type { EpollSet, OpenDescriptor } from '../model/open-descriptor.ts';

/**
 * Answers which epoll descriptors watch a descriptor.
 *
 * Epoll watches the open file, under the number that it had then. A socket is found by its inode. Other inodes are shared by unlike
 * things, so there the number must fit too, and what is watched under a number that means something else by now may be any of them.
 */
export class EpollWatchers {
  readonly #byInode = new Map<string, number[]>();
  readonly #byFd = new Map<number, { readonly inode: string | null; readonly watchers: number[] }[]>();
  /** Inodes of targets whose number names something else by now. */
  readonly #stray = new Set<string | null>();
  readonly #isKnown: boolean;

  /** `sets` is null when an epoll descriptor could not be read: then nothing is known to be unwatched. */
  constructor(sets: readonly EpollSet[] | null, open: readonly OpenDescriptor[]) {
    this.#isKnown = sets !== null;
    if (sets === null || sets.length === 0) return;
    const inodes = new Map(open.map(({ fd, inode }) => [fd, inode]));
    for (const { fd: watcher, targets } of sets) {
      for (const { fd, inode } of targets) {
        if (inode !== null) push(this.#byInode, inode, watcher);
        this.#addNumbered(fd, inode, watcher);
        const now = inodes.get(fd);
        if (now === undefined || (now !== null && inode !== null && now !== inode)) this.#stray.add(inode);
      }
    }
  }

  /** `[]` is watched by nothing; null is not known. */
  of({ fd, kind, inode }: OpenDescriptor): readonly number[] | null {
    if (!this.#isKnown) return null;
    if (kind === 'socket') return this.#byInode.get(inode ?? '') ?? NONE;
    const found = this.#byFd.get(fd)?.find((one) => inode === null || one.inode === null || one.inode === inode);
    if (found !== undefined) return found.watchers;
    const mayBeStray = inode === null ? this.#stray.size > 0 : this.#stray.has(inode) || this.#stray.has(null);
    return mayBeStray ? null : NONE;
  }

  #addNumbered(fd: number, inode: string | null, watcher: number): void {
    const known = this.#byFd.get(fd) ?? [];
    this.#byFd.set(fd, known);
    const same = known.find((one) => one.inode === inode);
    if (same === undefined) known.push({ inode, watchers: [watcher] });
    else if (!same.watchers.includes(watcher)) same.watchers.push(watcher);
  }
}

const NONE: readonly number[] = [];

function push(lists: Map<string, number[]>, key: string, watcher: number): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [watcher]);
  else if (!known.includes(watcher)) known.push(watcher);
}
