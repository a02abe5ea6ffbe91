import type { Inode } from './inode.ts';
import type { InspectionOptions } from './inspection.ts';
import type { Limits } from './limits.ts';
import type { EpollSet, OpenDescriptor } from './open-descriptor.ts';
import type { SocketProbe } from './probe.ts';
import type { ProcessIdentity } from './process.ts';
import type { LsofRow } from './socket-row.ts';
import type { SocketTables } from './socket-tables.ts';
import type { Capability, SourceStatus } from './source.ts';
import type { SsReading, ToolReading } from './tool-reading.ts';
import type { ParseFault } from './fault.ts';
import type { Viewer } from './viewer.ts';

/** Everything that was read about one process: what the pure part turns into an inspection. */
export interface Facts {
  readonly version: string;
  readonly host: string;
  readonly bootId: string | null;
  readonly takenAt: string;
  readonly secondLookAt: string | null;
  readonly tookMs: number;
  readonly options: InspectionOptions;
  readonly process: ProcessIdentity;
  readonly limits: Limits;
  readonly capability: Capability;
  /** null where the descriptors may not be listed. */
  readonly open: readonly OpenDescriptor[] | null;
  readonly descriptorsTookMs: number | null;
  readonly sockets: SocketFacts;
  readonly autopsy: AutopsyFacts;
  readonly epollSets: readonly EpollSet[] | null;
  readonly sharedFiles: readonly (readonly OpenDescriptor[])[] | null;
  /** Open flags by `fdKey`, with `--flags`. */
  readonly flags: ReadonlyMap<string, readonly string[]> | null;
  readonly tools: ToolFacts;
  /** What was open once the tools had ended, to explain what they saw otherwise; null when no tool ran. */
  readonly openAfterTools: ReadonlySet<string> | null;
  /** Descriptors that were closed between the looks, by `fdKey`. */
  readonly dropped: ReadonlySet<string>;
  /** Whether the process lives in another network namespace than we. */
  readonly isForeignToUs: boolean;
  readonly viewer: Viewer;
  readonly faults: readonly ParseFault[];
}

export interface SocketFacts {
  /** The tables of the process's own network namespace; null when no socket asked for them or they may not be read. */
  readonly own: SocketTables | null;
  /** Those of every other namespace, read when some socket was in none of the own. */
  readonly others: readonly SocketTables[];
  /** Processes whose namespace could not be told. */
  readonly namespacesDenied: number;
  readonly namespacesSearched: boolean;
  /** The kernel's protocol name of sockets in no table, from the xattr `system.sockprotoname`. */
  readonly protocolNames: ReadonlyMap<Inode, string>;
  /** Own tables read a second time, for sockets that nothing but their absence speaks of. */
  readonly readAgain: boolean;
  readonly tookMs: number | null;
}

export interface AutopsyFacts {
  readonly status: SourceStatus;
  readonly because: string | null;
  readonly tookMs: number | null;
  readonly looks: ReadonlyMap<Inode, Looks>;
  /** Between the two looks; null when there was one. */
  readonly apartMs: number | null;
}

/** What one doubtful socket answered, twice. */
export interface Looks {
  readonly first: SocketProbe | null;
  readonly second: SocketProbe | null;
  /** Why it did not answer. */
  readonly because: string | null;
}

export interface ToolFacts {
  readonly lsof: ToolReading<LsofRow>;
  readonly ss: SsReading;
  readonly prlimit: ToolReading<PrlimitFact>;
}

export interface PrlimitFact {
  readonly soft: Limits['soft'];
  readonly hard: Limits['hard'];
}

/** Names a descriptor among those of all tables of a process: `17`, or `4250/17` in a thread's own table. */
export function fdKey(fd: number, tid: number | null): string {
  return tid === null ? `${fd}` : `${tid}/${fd}`;
}
