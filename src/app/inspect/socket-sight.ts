import type { ProbeEvidence, TableEvidence } from '../../core/model/evidence.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
import type { Inode } from '../../core/model/inode.ts';
import type { World } from '../world.ts';

/** Of a process without sockets: no table was read. */
export const NO_TABLES: TableEvidence = {
  own: null,
  others: [],
  namespacesDenied: 0,
  namespacesSearched: false,
  readAgain: false,
  tookMs: null,
};

/** What of the world a look at sockets needs. */
export type LookedFrom = Pick<World, 'clock' | 'network'>;

/** What was seen of the sockets of a process so far. */
export interface SocketSight {
  readonly tables: TableEvidence;
  readonly probes: ProbeEvidence;
  readonly protocolNames: ReadonlyMap<Inode, string>;
  /** Descriptors that were closed between the looks, by `fdKey`. */
  readonly dropped: ReadonlySet<string>;
  /** Connections of which half has ended, and the other half was at work between the looks. */
  readonly active: ReadonlySet<Inode>;
  /** Listeners in which as many clients wait as at the first look, or more. */
  readonly steady: ReadonlySet<Inode>;
  /** Descriptors that were found again under another number. */
  readonly moved: readonly OpenDescriptor[];
}

/** One look at the sockets of a process, and the way to the next. */
export interface SocketLook {
  readonly sight: SocketSight;
  /** How many sockets only another look can accuse, or acquit. */
  readonly doubtful: number;
  /** Looks at the doubtful again: at the tables where absence is all there is, at the descriptor, at the socket itself. */
  again(): Promise<SocketLook>;
  /** For sockets nobody could ask, without a pause: descriptor, tables, descriptor. */
  againAtOnce(): Promise<SocketLook>;
}
