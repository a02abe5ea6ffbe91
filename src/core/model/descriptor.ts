import type { Inode } from './inode.ts';
import type { DescriptorObject } from './object.ts';
import type { OtherEnd } from './other-end.ts';
import type { Sharer } from './sharer.ts';
import type { Socket } from './socket.ts';
import type { Verdict } from './verdict.ts';

/** What an open descriptor refers to. Anything else is `anon` (an unknown anonymous inode) or `other`. */
export const KINDS = [
  'socket',
  'pipe',
  'fifo',
  'file',
  'directory',
  'character-device',
  'block-device',
  'epoll',
  'eventfd',
  'timerfd',
  'signalfd',
  'inotify',
  'fanotify',
  'pidfd',
  'memfd',
  'io-uring',
  'userfaultfd',
  'perf-event',
  'bpf',
  'namespace',
  'anon',
  'other',
] as const;

export type Kind = (typeof KINDS)[number];

/** One open descriptor, as the document `fdleak.inspection/1` shows it. What is not known is `null`. */
export interface Descriptor {
  readonly fd: number;
  /** The thread whose own table holds it; null for the table of the process. */
  readonly tid: number | null;
  readonly kind: Kind;
  /** The text of the link `/proc/<pid>/fd/<fd>`; bytes that are no UTF-8 are replaced. */
  readonly target: string;
  /** The whole link, base64, where `target` had to replace bytes. */
  readonly targetBase64: string | null;
  readonly inode: Inode | null;
  readonly deleted: boolean;
  /** For files that are deleted: what they still hold on disk; for a memfd: of memory. */
  readonly sizeBytes: number | null;
  /** `rdwr`, `cloexec`, `nonblock` … with `--flags`. */
  readonly flags: readonly string[] | null;
  /** Other descriptors of the same open file. */
  readonly sharedWith: readonly number[] | null;
  /** Descriptors of other processes of the same open file, 8 at most; null when not known. */
  readonly alsoHeldBy: readonly Sharer[] | null;
  /** Epoll descriptors that watch it. */
  readonly watchedBy: readonly number[] | null;
  /** Where it came from or leads to: `accepted on 127.0.0.1:8080`, `/var/log/app-#.log`; the kind where nothing more is known. */
  readonly place: string;
  /** What lies behind it, beyond the link. */
  readonly object: DescriptorObject | null;
  /** Of a unix socket: descriptors on their way to it that nobody has received; null when not known. */
  readonly inFlight: number | null;
  /** Who holds the other end of it on this host; null where nobody does, or nobody looked. */
  readonly otherEnd: OtherEnd | null;
  /** Threads that block in a call on it, or in poll(2) with it; null when not known. */
  readonly waitedOnBy: readonly number[] | null;
  readonly socket: Socket | null;
  readonly verdict: Verdict;
}
