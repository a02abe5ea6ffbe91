import { readOtherTables } from '../../collect/descriptor-tables.ts';
import { FileFacts } from '../../collect/file-facts.ts';
import { readOpenDescriptors } from '../../collect/open-descriptors.ts';
import { isSameProcess } from '../../collect/process-identity.ts';
import { toInspection } from '../../core/inspection.ts';
import type { Descriptor } from '../../core/model/descriptor.ts';
import { fdKey } from '../../core/model/facts.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
import type { Reading } from '../../core/model/reading.ts';
import type { Blindness } from '../../core/model/watch.ts';
import { readObservable } from '../inspect/observable.ts';
import { runTools } from '../inspect/run-tools.ts';
import { SocketLook } from '../inspect/socket-look.ts';
import type { World } from '../world.ts';

export interface LeanRequest {
  readonly pid: number;
  /** Whether ss is to be asked as well. */
  readonly withSs: boolean;
  readonly deadlineMs: number;
  /** Orphans of the look before: where the number still names the same socket, it is not asked again. */
  readonly known: Orphans;
}

/** Orphaned descriptors by {@link fdKey}. */
export type Orphans = ReadonlyMap<string, Descriptor>;

/** Every descriptor with its verdict. */
export interface LeanLook {
  readonly startTicks: number;
  readonly descriptors: readonly Descriptor[];
}

/** `gone`: the process is, or is another by now. `unseen`: it is there, and its descriptors may not be listed. */
export type LeanSight =
  | { readonly kind: 'seen'; readonly look: LeanLook }
  | { readonly kind: 'gone' }
  | ({ readonly kind: 'unseen' } & Blindness);

/**
 * An inspection without what a watch does not keep: no epoll sets, no shared files, no identity, no second look (the next tick is one).
 * Where only its absence from the tables speaks of a socket, these are read again at once.
 */
export async function lookLean(world: World, { pid, withSs, deadlineMs, known }: LeanRequest): Promise<LeanSight> {
  const observable = readObservable(world, pid);
  if (observable.kind === 'unobservable') return { ...observable, kind: 'unseen' };
  const { process, netns, subject, noCallsBecause, isForeignToUs } = observable;
  const { startTicks } = subject.identity;
  const files = new FileFacts(process);
  const open: OpenDescriptor[] = [];
  const carried: Descriptor[] = [];
  for (const tid of [null, ...readOtherTables(process)]) {
    const table = readOpenDescriptors(process, tid, files);
    if (table.kind === 'read') sortOut(table.value, { known, open, carried });
    else if (tid === null) return whyUnseen(table);
  }
  const noAutopsyBecause = noCallsBecause;
  const look = new SocketLook(world, { process, netns, noAutopsyBecause, autopsyDeadlineMs: deadlineMs });
  try {
    look.lookFirst(open);
    if (look.doubtful > 0) look.lookAgainAtOnce();
  } finally {
    look.dispose();
  }
  const sources = withSs ? (['proc', 'autopsy', 'ss'] as const) : (['proc', 'autopsy'] as const);
  const tools = await runTools(
    world,
    { pid, living: process.task(), sources, toolTimeoutMs: deadlineMs },
    isForeignToUs,
  );
  if (!isSameProcess(world.proc, pid, startTicks)) return { kind: 'gone' };
  const { dropped } = look;
  const { descriptors } = toInspection({
    ...NOT_ASKED,
    version: world.version,
    host: world.host,
    options: { sources, settleMs: 0 },
    process: { ...subject.identity, netns },
    open: open.filter(({ fd, tid }) => !dropped.has(fdKey(fd, tid))),
    sockets: look.socketFacts,
    autopsy: look.autopsyFacts,
    tools,
    dropped,
    isForeignToUs,
    viewer: world.viewer,
  });
  return { kind: 'seen', look: { startTicks, descriptors: [...descriptors, ...carried] } };
}

function whyUnseen(table: Exclude<Reading<unknown>, { kind: 'read' }>): LeanSight {
  switch (table.kind) {
    case 'gone':
      return { kind: 'gone' };
    case 'denied':
      return {
        kind: 'unseen',
        because: `${table.path} may not be read by this user`,
        remedy: 'watch as the user of the process, or as root',
      };
    case 'failed':
      return { kind: 'unseen', because: `${table.path}: ${table.because}`, remedy: 'is /proc mounted?' };
  }
}

interface Piles {
  readonly known: Orphans;
  readonly open: OpenDescriptor[];
  readonly carried: Descriptor[];
}

/** Orphans that are what they were need no second opinion; the rest is to be looked at. */
function sortOut(table: readonly OpenDescriptor[], { known, open, carried }: Piles): void {
  for (const descriptor of table) {
    const { fd, tid, inode } = descriptor;
    const before = known.size === 0 ? undefined : known.get(fdKey(fd, tid));
    if (before !== undefined && before.inode === inode) carried.push(before);
    else open.push(descriptor);
  }
}

/** What an inspection has and a tick has not. */
const NOT_ASKED = {
  bootId: null,
  takenAt: '',
  secondLookAt: null,
  tookMs: 0,
  limits: {
    soft: null,
    hard: null,
    open: null,
    free: null,
    utilization: null,
    highestFd: null,
    peakTableSize: null,
  },
  capability: { level: 'autopsy', missing: [] },
  descriptorsTookMs: null,
  epollSets: null,
  sharedFiles: null,
  flags: null,
  openAfterTools: null,
  faults: [],
} as const;
