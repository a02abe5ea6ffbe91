import type { Kind } from './descriptor.ts';
import type { Inode } from './inode.ts';
import type { DescriptorObject } from './object.ts';

/** One descriptor as a look at `/proc/<pid>/fd` found it, before anything is known of its socket. */
export interface OpenDescriptor {
  readonly fd: number;
  readonly tid: number | null;
  /** The link's bytes, one character each. */
  readonly link: string;
  readonly kind: Kind;
  readonly inode: Inode | null;
  readonly deleted: boolean;
  readonly sizeBytes: number | null;
  /** Of a file, what its own reading told. */
  readonly object: DescriptorObject | null;
}

/** What an epoll descriptor watches, from its fdinfo. */
export interface EpollSet {
  readonly fd: number;
  readonly tid: number | null;
  readonly targets: readonly EpollTarget[];
}

/** `fd` is the number at the time of epoll_ctl(2); it may now name something else. */
export interface EpollTarget {
  readonly fd: number;
  readonly events: number;
  readonly inode: Inode | null;
}
