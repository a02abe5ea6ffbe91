import { NO_KNOWN_FILE } from '../../collect/file-facts.ts';
import { Deadline } from '../../collect/deadline.ts';
import type { ProcessFolder } from '../../collect/process-folder.ts';
import type { ProcFs } from '../../collect/proc-fs.ts';
import { type QuotasRequest, readQuotas } from '../../collect/quotas.ts';
import { isSameProcess, readBootId, type ProcessState } from '../../collect/process-identity.ts';
import { withLsofNames } from '../../core/evidence/lsof-names.ts';
import { toInspection } from '../../core/inspection.ts';
import { listedIn } from '../../core/model/evidence.ts';
import type { Quota } from '../../core/model/quota.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import type { SourceOption } from '../../core/sources/registry.ts';
import { askTools, NOT_CHOSEN } from './ask-tools.ts';
import { KernelWalks } from './kernel-walks.ts';
import { look } from './look.ts';
import { readLimits } from './read-limits.ts';
import { readObservable } from './observable.ts';
import { readOldWorkers } from './old-workers.ts';
import { type Phase, readPhase } from './phase.ts';
import { unobservable, type Unobservable } from './unobservable.ts';
import type { World } from '../world.ts';

export interface InspectRequest {
  readonly pid: number;
  readonly sources: readonly SourceOption[];
  /** Pause before the doubtful are looked at again; 0: they are not. */
  readonly settleMs: number;
  /** How long a connection must have been over to be a certain leak. */
  readonly certainAfterMs: number;
  readonly toolTimeoutMs: number;
  /** How long reading may take beside the pauses and the tools; what is not read by then is left out, and said. */
  readonly withinMs: number;
  /** Whether open flags are wanted: one more read for each descriptor. */
  readonly withFlags: boolean;
  /** Whether the quotas of its user are counted: that looks through all processes of the host. */
  readonly withQuotas: boolean;
  /** Whether other processes are looked through for the other ends of every socket, pipe and terminal, not only where many are doubtful. */
  readonly withOtherEnds: boolean;
  /** Told what is being waited for. */
  readonly onProgress: (what: string) => void;
}

export type Inspected = { readonly kind: 'inspected'; readonly inspection: Inspection };

/**
 * Looks at one process: its descriptors, the socket tables, the sockets in none of them, and those again after a pause in which
 * lsof and ss run. Changes nothing in the process.
 */
export async function inspect(world: World, request: InspectRequest): Promise<Inspected | Unobservable> {
  const { pid, sources, settleMs, certainAfterMs, toolTimeoutMs, withFlags, onProgress } = request;
  const startedAt = world.clock.monotonicMs();
  const takenAt = new Date(world.clock.nowMs()).toISOString();
  const phase = readPhase(world, pid);
  const observable = readObservable(world, pid);
  if (observable.kind === 'unobservable') return observable;
  const { process, subject, isForeignToUs } = observable;
  const asked = askTools(world, observable, { sources, toolTimeoutMs });
  // Awaited below; a bug in it must not end the process before.
  asked.catch(() => undefined);
  const asksSockets = sources.includes('autopsy');
  const walks = sources.includes('bpf') ? new KernelWalks(world, toolTimeoutMs) : null;
  const dead = { certainAfterMs, walks };
  const deadline = new Deadline(() => world.clock.monotonicMs(), request.withinMs);
  const times = { deadline, settleMs, autopsyDeadlineMs: toolTimeoutMs };
  const { withOtherEnds } = request;
  const depth = { asksSockets, listedBy: walks, dead, relates: true, withFlags, withOtherEnds, ...times, onProgress };
  const { evidence: seen, ...looked } = await look(world, observable, {
    ...depth,
    isKnown: () => false,
    knownFile: NO_KNOWN_FILE,
    names: new Map(),
  });
  await walks?.dispose();
  // While lsof and ss run.
  const quotas = !request.withQuotas
    ? null
    : readOwnQuotas(world.proc, subject.identity, { calls: () => process.calls, deadline: deadline.part(QUOTAS_MS) });
  onProgress('waiting for lsof and ss');
  const tools = await asked;
  const { lsof = NOT_CHOSEN, ss = NOT_CHOSEN } = tools;
  const ranTools = lsof.kind === 'read' || ss.kind === 'read';
  const openAfterTools = ranTools ? readOpenNumbers(process) : null;
  const change = whatChanged(world, subject.identity, phase);
  if (change !== null) return change;
  const evidence = { ...seen, ss, protocolNames: withLsofNames(seen.protocolNames, lsof) };
  const inspection = toInspection(evidence, {
    ...looked,
    version: world.version,
    host: world.host,
    bootId: readBootId(world.proc),
    takenAt,
    tookMs: world.clock.monotonicMs() - startedAt,
    options: { sources, settleMs, certainAfterMs },
    process: { ...subject.identity, netns: observable.netns },
    limits: readLimits(process, subject, evidence.open.kind === 'read' ? listedIn(evidence) : null),
    quotas,
    oldWorkers: await readOldWorkers(world, pid, deadline),
    tools,
    openAfterTools,
    isForeignToUs,
    viewer: world.viewer,
  });
  return { kind: 'inspected', inspection };
}

/** Whether the process ended under our eyes. It then lets go of all its descriptors at once: what was listed may be half of them. */
function whatChanged(world: World, { pid, startTicks }: ProcessState['identity'], before: Phase): Unobservable | null {
  const after = readPhase(world, pid);
  if (!isSameProcess(world.proc, pid, startTicks) || after === 'ending')
    return unobservable(pid, 'it ended during the inspection', 'inspect its successor by the new pid');
  return after === before ? null : unobservable(pid, 'its first thread ended during the inspection', 'inspect again');
}

/** On a host of 200 processes it takes 10 ms; one of a million descriptors is not read to its end. */
const QUOTAS_MS = 150;

function readOwnQuotas(
  proc: ProcFs,
  { pid, uid }: ProcessState['identity'],
  how: Pick<QuotasRequest, 'calls' | 'deadline'>,
): Quota[] | null {
  return uid === null ? null : readQuotas(proc, { pid, uid, isThorough: false, ...how });
}

function readOpenNumbers(process: ProcessFolder): ReadonlySet<string> | null {
  const names = process.numbers();
  return names.kind === 'read' ? new Set(names.value) : null;
}
