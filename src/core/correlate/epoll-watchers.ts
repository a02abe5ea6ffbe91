import type { EpollSet, OpenDescriptor } from '../model/open-descriptor.ts';

/** Answers which epoll descriptors watch a descriptor. */
export class EpollWatchers {
  readonly #byTarget = new Map<string, number[]>();
  readonly #isKnown: boolean;

  /** `sets` is null when an epoll descriptor could not be read: then nothing is known to be unwatched. */
  constructor(sets: readonly EpollSet[] | null) {
    this.#isKnown = sets !== null;
    for (const { fd, targets } of sets ?? []) {
      for (const target of targets) {
        this.#add(`fd ${target.fd} ${target.inode ?? '?'}`, fd);
        if (target.inode !== null) this.#add(`inode ${target.inode}`, fd);
      }
    }
  }

  /**
   * Epoll watches the open file, whatever number it was added under: a socket is found by its inode. Other inodes are
   * shared by unlike things, so there the number must fit too.
   */
  of({ fd, kind, inode }: OpenDescriptor): readonly number[] | null {
    if (!this.#isKnown) return null;
    if (kind === 'socket') return this.#byTarget.get(`inode ${inode}`) ?? NONE;
    return (
      this.#byTarget.get(`fd ${fd} ${inode ?? '?'}`) ??
      this.#byTarget.get(`fd ${fd} ?`) ??
      (inode === null ? this.#byAnyInode(fd) : NONE)
    );
  }

  /** For targets whose own inode fdinfo tells but the link does not (eventfd, timerfd). */
  #byAnyInode(fd: number): readonly number[] {
    for (const [key, watchers] of this.#byTarget) if (key.startsWith(`fd ${fd} `)) return watchers;
    return NONE;
  }

  #add(key: string, fd: number): void {
    const known = this.#byTarget.get(key);
    if (known === undefined) this.#byTarget.set(key, [fd]);
    else if (!known.includes(fd)) known.push(fd);
  }
}

const NONE: readonly number[] = [];
