import type { Descriptor } from '../model/descriptor.ts';
import type { Inode } from '../model/inode.ts';
import type { Circumstances } from '../model/circumstances.ts';
import { fdKey } from '../model/evidence.ts';

/** Our own picture, in the shape that comparisons ask for. */
export class OwnView {
  readonly openAfterTools: ReadonlySet<string> | null;
  readonly isForeignToUs: boolean;
  readonly #dropped: ReadonlySet<string>;
  readonly #descriptors: readonly Descriptor[];
  #byFd: ReadonlyMap<number, Descriptor> | null = null;
  #byInode: ReadonlyMap<Inode, Descriptor> | null = null;

  constructor(circumstances: Circumstances, descriptors: readonly Descriptor[]) {
    this.openAfterTools = circumstances.openAfterTools;
    this.isForeignToUs = circumstances.isForeignToUs;
    this.#dropped = circumstances.dropped;
    this.#descriptors = descriptors;
  }

  get byFd(): ReadonlyMap<number, Descriptor> {
    return (this.#byFd ??= new Map(this.#own().map((one) => [one.fd, one])));
  }

  /** Sockets only. */
  get byInode(): ReadonlyMap<Inode, Descriptor> {
    return (this.#byInode ??= new Map(
      this.#own().flatMap((one) => (one.kind === 'socket' && one.inode !== null ? [[one.inode, one]] : [])),
    ));
  }

  #own(): readonly Descriptor[] {
    return this.#descriptors.filter(({ tid }) => tid === null);
  }

  /** Sockets of this process, by inode, that some table lists. */
  isListed(inode: Inode): boolean {
    return this.byInode.get(inode)?.socket?.listed === true;
  }

  /** Whether it is open no more. */
  hasGone(fd: number): boolean {
    return this.wasDropped(fd) || (this.openAfterTools !== null && !this.openAfterTools.has(`${fd}`));
  }

  /** Whether it was listed at first, and closed at the second look. */
  wasDropped(fd: number): boolean {
    return this.#dropped.has(fdKey(fd, null));
  }
}
