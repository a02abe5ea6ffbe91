import { readEpollSets } from '../../collect/epoll-sets.ts';
import { FileFacts } from '../../collect/file-facts.ts';
import { readOtherTables } from '../../collect/descriptor-tables.ts';
import { readOpenDescriptors } from '../../collect/open-descriptors.ts';
import { readSharedFiles } from '../../collect/open-files.ts';
import { readOpenFlags } from '../../collect/open-flags.ts';
import type { ProcessFolder } from '../../collect/process-folder.ts';
import { isSameProcess, readBootId, type Subject } from '../../collect/process-identity.ts';
import { toInspection } from '../../core/inspection.ts';
import { type Facts, fdKey } from '../../core/model/facts.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
import type { Reading } from '../../core/model/reading.ts';
import type { SourceOption } from '../../core/model/source.ts';
import { toCapability } from './capability.ts';
import { NOT_CHOSEN } from './interrogation.ts';
import { readLimits } from './read-limits.ts';
import { type Observable, readObservable } from './observable.ts';
import { type Phase, readPhase } from './phase.ts';
import { runTools } from './run-tools.ts';
import { SocketLook } from './socket-look.ts';
import { unobservable, type Unobservable } from './unobservable.ts';
import type { World } from '../world.ts';

export interface InspectRequest {
  readonly pid: number;
  readonly sources: readonly SourceOption[];
  /** Pause before the doubtful are looked at again; 0: they are not. */
  readonly settleMs: number;
  readonly toolTimeoutMs: number;
  /** Whether open flags are wanted: one more read for each descriptor. */
  readonly withFlags: boolean;
  /** Told what is being waited for. */
  readonly onProgress: (what: string) => void;
}

export type Inspected = { readonly kind: 'inspected'; readonly inspection: Inspection };

/**
 * Looks at one process: its descriptors, the socket tables, the sockets in none of them, and those again after a pause in which
 * lsof and ss run. Changes nothing in the process.
 */
export async function inspect(world: World, request: InspectRequest): Promise<Inspected | Unobservable> {
  const startedAt = world.clock.monotonicMs();
  const takenAt = new Date(world.clock.nowMs()).toISOString();
  const phase = readPhase(world, request.pid);
  const observable = readObservable(world, request.pid);
  if (observable.kind === 'unobservable') return observable;
  const { process, subject } = observable;
  const tools = runTools(world, { ...request, living: process.task() }, observable.isForeignToUs);
  // Awaited below; a bug in it must not end the process before.
  tools.catch(() => undefined);
  const seen = await lookTwice(world, request, observable);
  request.onProgress('waiting for lsof and ss');
  const toolFacts = await tools;
  const ranTools = toolFacts.lsof.kind === 'read' || toolFacts.ss.kind === 'read';
  const openAfterTools = ranTools ? readOpenNumbers(process) : null;
  const change = whatChanged(world, subject.identity, phase);
  if (change !== null) return change;
  const { open, sockets, autopsy, ...rest } = seen;
  const stillOpen = open.kind === 'read' ? withoutDropped(open.value, rest.dropped) : null;
  const inspection = toInspection({
    ...rest,
    version: world.version,
    host: world.host,
    bootId: readBootId(world.proc),
    takenAt,
    tookMs: world.clock.monotonicMs() - startedAt,
    options: { sources: request.sources, settleMs: request.settleMs },
    process: { ...subject.identity, netns: observable.netns },
    limits: readLimits(process, subject, stillOpen),
    capability: toCapability({ pid: request.pid, open, socketFacts: sockets, autopsyFacts: autopsy, tools: toolFacts }),
    open: stillOpen,
    sockets,
    autopsy,
    tools: toolFacts,
    openAfterTools,
    isForeignToUs: observable.isForeignToUs,
    viewer: world.viewer,
    faults: [...(sockets.own?.faults ?? []), ...faultsOf(toolFacts.lsof), ...faultsOf(toolFacts.ss)],
  });
  return { kind: 'inspected', inspection };
}

/** Whether the process ended under our eyes. It then lets go of all its descriptors at once: what was listed may be half of them. */
function whatChanged(world: World, { pid, startTicks }: Subject['identity'], before: Phase): Unobservable | null {
  const after = readPhase(world, pid);
  if (!isSameProcess(world.proc, pid, startTicks) || after === 'ending')
    return unobservable(pid, 'it ended while it was looked at', 'look again at its successor, with its new pid');
  return after === before ? null : unobservable(pid, 'its first thread ended while it was looked at', 'look again');
}

/** What both looks saw, but for the tools. */
type Seen = Pick<
  Facts,
  'secondLookAt' | 'descriptorsTookMs' | 'sockets' | 'autopsy' | 'epollSets' | 'sharedFiles' | 'flags' | 'dropped'
> & { readonly open: Reading<readonly OpenDescriptor[]> };

async function lookTwice(world: World, request: InspectRequest, observable: Observable): Promise<Seen> {
  const { process, netns } = observable;
  const startedAt = world.clock.monotonicMs();
  const open = readAllTables(process);
  const descriptorsTookMs = open.kind === 'read' ? world.clock.monotonicMs() - startedAt : null;
  const noAutopsyBecause = request.sources.includes('autopsy') ? observable.noCallsBecause : NOT_CHOSEN;
  const look = new SocketLook(world, {
    process,
    netns,
    noAutopsyBecause,
    autopsyDeadlineMs: request.toolTimeoutMs,
  });
  try {
    const listed = open.kind === 'read' ? open.value : [];
    look.lookFirst(listed);
    const epollSets = open.kind === 'read' ? readEpollSets(process, listed) : null;
    const sharedFiles = open.kind === 'read' ? readSharedFiles(process, listed) : null;
    const flags = request.withFlags ? readOpenFlags(process, listed) : null;
    const secondLookAt = await lookAgain(world, look, request);
    const { socketFacts: sockets, autopsyFacts: autopsy, dropped } = look;
    return { open, descriptorsTookMs, sockets, autopsy, epollSets, sharedFiles, flags, secondLookAt, dropped };
  } finally {
    look.dispose();
  }
}

/** Pauses and looks again, where there is something to look at. ISO time of the second look, null when there was none. */
async function lookAgain(world: World, look: SocketLook, request: InspectRequest): Promise<string | null> {
  const { settleMs, onProgress } = request;
  const { doubtful } = look;
  if (doubtful === 0) return null;
  if (settleMs === 0) {
    look.lookAgainAtOnce();
    return null;
  }
  onProgress(`${doubtful} doubtful sockets: looking again after ${settleMs} ms`);
  await world.clock.sleep(settleMs);
  look.lookAgain();
  const { confirmationMs } = look;
  if (confirmationMs > 0) {
    onProgress('orphans that were silent for 30 s: a last look 5 s after the first, to be certain');
    await world.clock.sleep(confirmationMs);
    look.lookAgain();
  }
  return new Date(world.clock.nowMs()).toISOString();
}

/** The descriptors of every table of the process. The table of the process decides: a denied thread is left out. */
function readAllTables(process: ProcessFolder): Reading<readonly OpenDescriptor[]> {
  const files = new FileFacts(process);
  const others = readOtherTables(process);
  const own = readOpenDescriptors(process, null, files);
  if (own.kind !== 'read' || others.length === 0) return own;
  const more = others.map((tid) => readOpenDescriptors(process, tid, files));
  return { kind: 'read', value: [...own.value, ...more.flatMap((one) => (one.kind === 'read' ? one.value : []))] };
}

function withoutDropped(open: readonly OpenDescriptor[], dropped: ReadonlySet<string>): readonly OpenDescriptor[] {
  return dropped.size === 0 ? open : open.filter(({ fd, tid }) => !dropped.has(fdKey(fd, tid)));
}

function readOpenNumbers(process: ProcessFolder): ReadonlySet<string> | null {
  const names = process.numbers();
  return names.kind === 'read' ? new Set(names.value) : null;
}

function faultsOf(reading: { readonly kind: string; readonly faults?: Inspection['faults'] }): Inspection['faults'] {
  return (reading.faults ?? []).slice(0, MOST_FAULTS);
}

/** Rubbish of a million lines is said in a few. */
const MOST_FAULTS = 20;
