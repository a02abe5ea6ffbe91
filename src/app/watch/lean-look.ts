import { FileFacts } from '../../collect/file-facts.ts';
import { readOpenDescriptors } from '../../collect/open-descriptors.ts';
import { isSameProcess } from '../../collect/process-identity.ts';
import { toInspection } from '../../core/inspection.ts';
import type { Descriptor } from '../../core/model/descriptor.ts';
import { fdKey } from '../../core/model/facts.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
import { readObservable } from '../observable.ts';
import { runTools } from '../run-tools.ts';
import { SocketLook } from '../socket-look.ts';
import type { World } from '../world.ts';

export interface LeanRequest {
  readonly pid: number;
  /** Whether ss is to be asked as well. */
  readonly withSs: boolean;
  readonly deadlineMs: number;
}

/** Every descriptor with its verdict. */
export interface LeanLook {
  readonly startTicks: number;
  readonly descriptors: readonly Descriptor[];
}

/**
 * An inspection without what a watch does not keep: no epoll sets, no shared files, no identity, no second look (the next tick is one).
 * Where only its absence from the tables speaks of a socket, these are read again at once. null where the process is gone, or its
 * descriptors may not be listed.
 */
export async function lookLean(world: World, { pid, withSs, deadlineMs }: LeanRequest): Promise<LeanLook | null> {
  const observable = readObservable(world, pid);
  if (observable.kind === 'unobservable') return null;
  const { tables, netns, calls, subject, noCallsBecause, isForeignToUs } = observable;
  const { startTicks } = subject.identity;
  const files = new FileFacts(world.proc, pid);
  const open: OpenDescriptor[] = [];
  for (const tid of [tables.main, ...tables.others]) {
    const table = readOpenDescriptors(world.proc, { pid, tid, calls }, files);
    if (table.kind === 'read') open.push(...table.value);
    else if (tid === tables.main) return null;
  }
  const noAutopsyBecause = noCallsBecause;
  const main = tables.main;
  const look = new SocketLook(world, { pid, main, netns, calls, noAutopsyBecause, autopsyDeadlineMs: deadlineMs });
  try {
    look.lookFirst(open);
    if (look.doubtful > 0) look.lookAgainAtOnce();
  } finally {
    look.dispose();
  }
  const sources = withSs ? (['proc', 'autopsy', 'ss'] as const) : (['proc', 'autopsy'] as const);
  const tools = await runTools(world, { pid, living: main ?? pid, sources, toolTimeoutMs: deadlineMs }, isForeignToUs);
  if (!isSameProcess(world.proc, pid, startTicks)) return null;
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
    mainThread: main,
    viewer: world.viewer,
  });
  return { startTicks, descriptors };
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
