import { readDescriptorTables } from '../collect/descriptor-tables.ts';
import { readEpollSets } from '../collect/epoll-sets.ts';
import { FileFacts } from '../collect/file-facts.ts';
import { readOpenFlags } from '../collect/open-flags.ts';
import { folderOf, readOpenDescriptors, type TableRequest } from '../collect/open-descriptors.ts';
import { readSharedFiles } from '../collect/open-files.ts';
import { isSameProcess, readBootId, readSubject } from '../collect/process-identity.ts';
import type { KernelCalls } from '../collect/kernel-calls.ts';
import { readNetns } from '../collect/socket-tables.ts';
import { toInspection } from '../core/inspection.ts';
import { fdKey } from '../core/model/facts.ts';
import type { Inspection } from '../core/model/inspection.ts';
import type { OpenDescriptor } from '../core/model/open-descriptor.ts';
import type { Reading } from '../core/model/reading.ts';
import type { SourceOption } from '../core/model/source.ts';
import { toCapability } from './capability.ts';
import { readLimits } from './read-limits.ts';
import { runTools } from './run-tools.ts';
import { SocketLook } from './look-at-sockets.ts';
import { unobservable, whyUnobservable, type Unobservable } from './unobservable.ts';
import type { World } from './world.ts';

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
  const { pid, settleMs } = request;
  const { proc, clock } = world;
  const startedAt = clock.monotonicMs();
  const takenAt = new Date(clock.nowMs()).toISOString();
  const subject = readSubject(proc, pid);
  if (subject.kind !== 'read') return whyUnobservable(world, pid, subject);
  const { identity, state, ppid, isKernelThread } = subject.value;
  if (isKernelThread)
    return unobservable(pid, 'it is a kernel thread, which has no descriptors', 'give the pid of a program');

  const load = world.kernelCalls();
  const calls = load.kind === 'loaded' ? load.calls : null;
  const tables = readDescriptorTables(proc, pid, calls);
  if (state === 'Z' && tables.main === null) {
    return unobservable(
      pid,
      'it is a zombie: it has ended and holds no descriptors',
      `its parent ${ppid} has not waited for it; look there`,
    );
  }
  // A leader that has exited has no namespace to show; the thread that stands for it has.
  const netns = identity.netns ?? readNetns(proc, folderOf(pid, tables.main));
  const isForeignToUs = netns !== null && netns !== readNetns(proc, 'self');
  const tools = runTools(world, { ...request, living: tables.main ?? pid }, isForeignToUs);

  const descriptorsAt = clock.monotonicMs();
  const open = readAllTables(world, { pid, tid: tables.main, calls }, tables.others);
  const descriptorsTookMs = clock.monotonicMs() - descriptorsAt;
  const noAutopsyBecause = whyNoAutopsy(request.sources, load);
  const look = new SocketLook(world, {
    pid,
    main: tables.main,
    netns,
    calls,
    noAutopsyBecause,
    autopsyDeadlineMs: request.toolTimeoutMs,
  });
  const listed = open.kind === 'read' ? open.value : [];
  look.lookFirst(listed);
  const epollSets = open.kind === 'read' ? readEpollSets(proc, pid, listed) : null;
  const sharedFiles = open.kind === 'read' ? readSharedFiles(pid, listed, calls) : null;
  const flags = request.withFlags ? readOpenFlags(proc, pid, listed) : null;

  const secondLookAt = await lookAgain(world, look, request);
  request.onProgress('waiting for lsof and ss');
  const toolFacts = await tools;
  const ranTools = toolFacts.lsof.kind === 'read' || toolFacts.ss.kind === 'read';
  const openAfterTools = ranTools ? readOpenKeys(world, pid, tables.main) : null;
  look.dispose();
  if (!isSameProcess(proc, pid, identity.startTicks)) {
    return unobservable(pid, 'it ended while it was looked at', 'look again at its successor, with its new pid');
  }

  const { dropped } = look;
  const inspection = toInspection({
    version: world.version,
    host: world.host,
    bootId: readBootId(proc),
    takenAt,
    secondLookAt,
    tookMs: clock.monotonicMs() - startedAt,
    options: { sources: request.sources, settleMs },
    process: { ...identity, netns },
    limits: readLimits(world, subject.value, tables.main, open.kind === 'read' ? listed : null),
    capability: toCapability({
      pid,
      open,
      socketFacts: look.socketFacts,
      autopsyFacts: look.autopsyFacts,
      tools: toolFacts,
    }),
    open: open.kind === 'read' ? listed.filter(({ fd, tid }) => !dropped.has(fdKey(fd, tid))) : null,
    descriptorsTookMs: open.kind === 'read' ? descriptorsTookMs : null,
    sockets: look.socketFacts,
    autopsy: look.autopsyFacts,
    epollSets,
    sharedFiles,
    flags,
    tools: toolFacts,
    openAfterTools,
    dropped,
    isForeignToUs,
    mainThread: tables.main,
    viewer: world.viewer,
    faults: [...(look.socketFacts.own?.faults ?? []), ...faultsOf(toolFacts.lsof), ...faultsOf(toolFacts.ss)],
  });
  return { kind: 'inspected', inspection };
}

/** Pauses and looks again, where there is something to look at. ISO time of the second look, null when there was none. */
async function lookAgain(
  world: World,
  look: SocketLook,
  { settleMs, onProgress }: InspectRequest,
): Promise<string | null> {
  if (look.doubtful === 0) return null;
  if (settleMs === 0) {
    look.lookAgainAtOnce();
    return null;
  }
  onProgress(`${look.doubtful} doubtful sockets: looking again after ${settleMs} ms`);
  await world.clock.sleep(settleMs);
  look.lookAgain();
  return new Date(world.clock.nowMs()).toISOString();
}

function whyNoAutopsy(
  sources: readonly SourceOption[],
  load: { kind: 'loaded'; calls: KernelCalls } | { kind: 'unavailable'; because: string },
): string | null {
  if (!sources.includes('autopsy')) return 'not chosen (--sources)';
  return load.kind === 'loaded' ? null : load.because;
}

/** The descriptors of every table of the process. The table of the process decides: a denied thread is left out. */
function readAllTables({ proc }: World, main: TableRequest, others: readonly number[]): Reading<OpenDescriptor[]> {
  const files = new FileFacts(proc, main.pid);
  const own = readOpenDescriptors(proc, main, files);
  if (own.kind !== 'read' || others.length === 0) return own;
  const more = others.map((tid) => readOpenDescriptors(proc, { ...main, tid }, files));
  return { kind: 'read', value: [...own.value, ...more.flatMap((one) => (one.kind === 'read' ? one.value : []))] };
}

function readOpenKeys(world: World, pid: number, main: number | null): ReadonlySet<string> | null {
  const names = world.proc.names(`${folderOf(pid, main)}/fd`);
  return names.kind === 'read' ? new Set(names.value) : null;
}

function faultsOf(reading: { readonly kind: string; readonly faults?: Inspection['faults'] }): Inspection['faults'] {
  return (reading.faults ?? []).slice(0, MOST_FAULTS);
}

const MOST_FAULTS = 20;
