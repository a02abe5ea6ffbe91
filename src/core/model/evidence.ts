import type { Death } from './death.ts';
import type { Inode } from './inode.ts';
import type { Objects } from './object.ts';
import type { OtherEnds } from './other-end.ts';
import type { EpollSet, OpenDescriptor } from './open-descriptor.ts';
import type { SocketProbe } from './probe.ts';
import type { Reading } from './reading.ts';
import type { Sharers } from './sharer.ts';
import type { SocketTables } from './socket-tables.ts';
import type { SourceStatus } from './source.ts';
import type { ThreadWaits } from './thread-wait.ts';
import type { SsReading } from './tool-reading.ts';

/**
 * Everything that judging the descriptors of one process needs, and nothing of how, when or for whom it was read: a look at a living
 * process, a tick of a watch, saved text and the walk of the kernel all end here. A part that was not asked says so: null, or a reading
 * that gives the reason.
 */
export interface Evidence {
  readonly open: Reading<readonly OpenDescriptor[]>;
  /** What of them time did not suffice for, in words: it is not known to be absent. null: all were read. */
  readonly leftOut: string | null;
  /** What of their details time did not suffice for, in words. null: all were read. */
  readonly unread: string | null;
  readonly tables: TableEvidence;
  readonly probes: ProbeEvidence;
  readonly dead: DeadEvidence;
  /** The kernel's protocol names of sockets, `TCPv6`: from the xattr `system.sockprotoname`, else from lsof. */
  readonly protocolNames: ReadonlyMap<Inode, string>;
  readonly ss: SsReading;
  readonly epollSets: readonly EpollSet[] | null;
  readonly sharedFiles: readonly (readonly OpenDescriptor[])[] | null;
  readonly objects: Objects;
  /** What each thread waits for; null where that was not asked. */
  readonly waits: ThreadWaits | null;
  /** Who is at the other end of a pipe or a connection on this host, by `fdKey`; null where nobody looked. */
  readonly otherEnds: OtherEnds | null;
  /** Who else holds its open files; null where nobody looked. */
  readonly sharers: Sharers | null;
  /** Unix sockets that a runtime keeps on purpose with their other end closed. */
  readonly closeMarkers: ReadonlySet<Inode>;
  /** Connections of which half has ended, and data went through the other half between the looks. */
  readonly active: ReadonlySet<Inode>;
  /** Listeners, several of a port, in which at a second look as many clients waited as before, or more. */
  readonly steady: ReadonlySet<Inode>;
  /** Open flags by `fdKey`, with `--flags`. */
  readonly flags: ReadonlyMap<string, readonly string[]> | null;
  /** Whether the doubtful were looked at a second time after a pause; `off`: nobody wanted that. */
  readonly secondLook: 'taken' | 'not-needed' | 'off';
}

/** What is known where nothing was asked beyond the listings of descriptors and sockets. */
export const NOTHING_ASKED = {
  objects: { objects: new Map(), inFlight: new Map(), sizes: new Map() },
  waits: null,
  otherEnds: null,
  sharers: null,
  closeMarkers: new Set(),
  active: new Set(),
  steady: new Set(),
  flags: null,
  secondLook: 'not-needed',
} as const satisfies Partial<Evidence>;

export interface TableEvidence {
  /** The tables of the process's own network namespace; null when no socket asked for them or they may not be read. */
  readonly own: SocketTables | null;
  /** Those of every other namespace, read when some socket was in none of the own. */
  readonly others: readonly SocketTables[];
  /** Processes whose namespace could not be told. */
  readonly namespacesDenied: number;
  readonly namespacesSearched: boolean;
  /** Own tables read a second time, for sockets that nothing but their absence speaks of. */
  readonly readAgain: boolean;
  readonly tookMs: number | null;
}

export interface ProbeEvidence {
  readonly status: SourceStatus;
  readonly because: string | null;
  /** Whether sockets were to be asked at all. */
  readonly isChosen: boolean;
  readonly tookMs: number | null;
  readonly looks: ReadonlyMap<Inode, Looks>;
  /** Between the two looks; null when there was one. */
  readonly apartMs: number | null;
  /** Since the latest look began: what has passed of ages that sockets answered, and no less. */
  readonly askedAgoMs: number;
}

/** What tells a leak from a request in progress, where connections are over. */
export interface DeadEvidence {
  /** How long one must have been dead to be a certain leak. */
  readonly certainAfterMs: number;
  readonly walk: WalkEvidence;
  /** What the threads are at, at the last look; null where that was not asked: nothing is dead, or nobody looked twice. */
  readonly threads: ThreadWaits | null;
  /** Why the process cannot close anything: `its cgroup is frozen`. null where it can, or that is not known. */
  readonly heldUpBecause: string | null;
}

/** What the kernel's own walk said, at the last look. */
export interface WalkEvidence {
  readonly status: SourceStatus;
  readonly because: string | null;
  /**
   * Why the walk was to list the descriptors, and not `/proc`: `denied`, nobody else may; `large`, there are so many that it is sooner done.
   * null where it was asked for deaths alone, or not at all.
   */
  readonly lists: 'denied' | 'large' | null;
  /** What would give a walk; null where nothing would, or there was one. */
  readonly remedy: string | null;
  readonly tookMs: number | null;
  readonly descriptors: number | null;
  readonly sockets: number | null;
  readonly deaths: ReadonlyMap<Inode, Death>;
  /** The wall clock when it ended, ms since 1970; null where it cannot be told from ages: the machine was suspended since boot. */
  readonly endedAt: number | null;
}

/** What one doubtful socket answered, twice. */
export interface Looks {
  readonly first: SocketProbe | null;
  readonly second: SocketProbe | null;
  /** Why it did not answer. */
  readonly because: string | null;
}

/** The descriptors that could be listed. */
export function listedIn({ open }: Pick<Evidence, 'open'>): readonly OpenDescriptor[] {
  return open.kind === 'read' ? open.value : NONE;
}

const NONE: readonly OpenDescriptor[] = [];

/** Names a descriptor among those of all tables of a process: `17`, or `4250/17` in a thread's own table. */
export function fdKey(fd: number, tid: number | null): string {
  return tid === null ? `${fd}` : `${tid}/${fd}`;
}
