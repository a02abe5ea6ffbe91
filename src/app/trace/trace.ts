import { USUAL_MS } from '../../collect/deadline.ts';
import { isSameProcess } from '../../collect/process-identity.ts';
import { readTraceState } from '../../collect/trace-state.ts';
import { runTracer } from '../../collect/tracer.ts';
import type { Engine, Trace } from '../../core/model/trace.ts';
import type { BirthLog } from '../../core/model/birth.ts';
import { parseBpftraceBirths } from '../../core/parse/bpftrace-births.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import { StraceBirths } from '../../core/parse/strace-births.ts';
import { isInterpreter, toSurvivors } from '../../core/trace/to-trace.ts';
import { inspect } from '../inspect/inspect.ts';
import { type Observable, readObservable } from '../inspect/observable.ts';
import { readLimits } from '../inspect/read-limits.ts';
import type { World } from '../world.ts';
import { type Chosen, toBpftraceCommand, toStraceCommand } from './engines.ts';
import { addSourceLines } from './source-lines.ts';

export interface TraceRequest {
  readonly pid: number;
  readonly durationMs: number;
  readonly engine: Extract<Chosen, { kind: 'engine' }>;
  readonly interrupted: AbortSignal;
  readonly onProgress: (what: string) => void;
}

export type TraceOutcome =
  | { readonly kind: 'traced'; readonly trace: Trace }
  | { readonly kind: 'refused'; readonly because: string; readonly remedy: string };

/** An engine that needs longer than this to be attached is given up. */
const ATTACH_MS = 60_000;
/** What a process may need to run on after its tracer has let go. */
const RELEASE_MS = 1000;
const LIVES_EVERY_MS = 250;

const REPLACED = {
  bpftrace: 'the process replaced its program meanwhile: what was opened before has no stack',
  strace: 'the process replaced its program meanwhile: stacks of before are of another',
} as const satisfies Record<Engine, string>;

type Traceable = { readonly kind: 'traceable'; readonly observable: Observable } | ReturnType<typeof refuse>;

/** Whether a process can be traced by this user now, before anybody is asked for consent. */
export function readTraceable(world: World, pid: number): Traceable {
  const observable = readObservable(world, pid);
  if (observable.kind === 'unobservable') return refuse(observable.because, observable.remedy);
  const { process } = observable;
  const before = readTraceState(process);
  if (before === null) return refuse('it ended', 'trace its successor');
  if (before.tracer !== 0) return refuse(`process ${before.tracer} traces it already`, 'end that first');
  if (before.isStopped) return refuse('it is stopped', `let it run: kill -CONT ${pid}`);
  if (process.numbers().kind !== 'read')
    return refuse('its descriptors may not be listed by this user', `run as root: sudo fdleak trace ${pid}`);
  return { kind: 'traceable', observable };
}

/**
 * Follows a process for a while, and tells where the descriptors were made that were still open at the end. The engine is the only one who
 * touches it; whether it runs on as before is looked at.
 */
export async function traceBirths(world: World, request: TraceRequest): Promise<TraceOutcome> {
  const { pid, engine } = request;
  const traceable = readTraceable(world, pid);
  if (traceable.kind === 'refused') return traceable;
  const { observable } = traceable;
  const { process } = observable;
  const startedAt = new Date(world.clock.nowMs()).toISOString();
  const followed = await follow(world, observable, request);
  const after = await readReleased(world, observable);
  const looked = await inspect(world, {
    pid,
    sources: ['proc', 'autopsy'],
    settleMs: 0,
    certainAfterMs: 0,
    toolTimeoutMs: 10_000,
    withinMs: USUAL_MS,
    withFlags: false,
    withQuotas: false,
    withOtherEnds: false,
    onProgress: () => undefined,
  });
  const { log, tookMs, notes } = followed;
  if (followed.hasEnded)
    return refuse(
      `it ended after ${formatDuration(tookMs)}: what would have stayed open cannot be told`,
      'trace a process that lives on, or for a shorter --duration',
    );
  if (looked.kind !== 'inspected') return refuse(looked.because, looked.remedy);
  if (!followed.isAttached)
    return refuse(
      `${engine.engine} could not be attached: ${notes.join('; ') || 'it said nothing'}`,
      'try the other engine: --engine',
    );
  if (!log.isWhole)
    return refuse(`${engine.engine} ended without its counts`, 'trace again, or use the other engine: --engine');
  const { exe, comm } = looked.inspection.process;
  const survivors = toSurvivors(log, { open: looked.inspection.descriptors, numbers: followed.numbers, exe });
  const trace: Trace = {
    schema: 'fdleak.trace/1',
    version: world.version,
    process: { pid, comm, exe },
    engine: engine.engine,
    startedAt,
    tookMs,
    opened: log.opened,
    stayed: survivors.stayed,
    sites: await addSourceLines(world, process, survivors.sites),
    unseen: survivors.unseen,
    isInterpreted: isInterpreter(exe),
    notes: [...notes, ...(log.executed ? [REPLACED[engine.engine]] : [])],
    runsOn: after,
  };
  return { kind: 'traced', trace };
}

function refuse(because: string, remedy: string) {
  return { kind: 'refused', because, remedy } as const;
}

interface Followed {
  readonly log: BirthLog;
  /** Open when it was attached, and when it was told to let go. */
  readonly numbers: { readonly before: ReadonlySet<number>; readonly atEnd: ReadonlySet<number> };
  readonly isAttached: boolean;
  /** Whether the process did before the time was over. */
  readonly hasEnded: boolean;
  /** From being attached to being told to let go. */
  readonly tookMs: number;
  readonly notes: readonly string[];
}

async function follow(world: World, { process, subject }: Observable, request: TraceRequest): Promise<Followed> {
  const { pid, durationMs, engine, interrupted, onProgress } = request;
  const { soft } = readLimits(process, subject, null);
  const { command, env } =
    engine.engine === 'strace'
      ? toStraceCommand(pid)
      : toBpftraceCommand(process, engine.tracepoints, typeof soft === 'number' ? soft : null);
  const stop = new AbortController();
  let atEnd: ReadonlySet<number> | null = null;
  let endedAt: number | null = null;
  let attachedAt: number | null = null;
  const end = (): void => {
    atEnd ??= readNumbers(process);
    if (endedAt === null && attachedAt !== null) onProgress(`${engine.engine} lets go of ${pid}`);
    endedAt ??= world.clock.monotonicMs();
    stop.abort();
  };
  let hasEnded = false;
  // An engine goes on without the process.
  const watching = setInterval(() => {
    if (isSameProcess(world.proc, pid, subject.identity.startTicks) && readTraceState(process) !== null) return;
    hasEnded = true;
    end();
  }, LIVES_EVERY_MS);
  interrupted.addEventListener('abort', end, { once: true });
  const births = new StraceBirths(pid, process.threads());
  let printed = '';
  let before: ReadonlySet<number> = new Set();
  let timer = setTimeout(end, ATTACH_MS);
  const begin = (): void => {
    if (attachedAt !== null) return;
    attachedAt = world.clock.monotonicMs();
    before = readNumbers(process);
    onProgress(`${engine.engine} follows ${pid}; Ctrl-C ends it early`);
    clearTimeout(timer);
    timer = setTimeout(end, durationMs);
  };
  const onLine = (line: string): void => {
    if (isReady(engine.engine, line)) begin();
    if (engine.engine === 'strace') births.read(line);
    else printed += `${line}\n`;
  };
  onProgress(`${engine.engine} is being attached to ${pid}`);
  const { stderr, isEarly } = await runTracer({ command, env, engine: engine.engine, onLine, signal: stop.signal });
  clearTimeout(timer);
  clearInterval(watching);
  interrupted.removeEventListener('abort', end);
  const log = engine.engine === 'strace' ? births.end() : parseBpftraceBirths(printed);
  const tookMs = attachedAt === null ? 0 : (endedAt ?? world.clock.monotonicMs()) - attachedAt;
  return {
    log,
    numbers: { before, atEnd: atEnd ?? readNumbers(process) },
    isAttached: attachedAt !== null,
    hasEnded,
    tookMs,
    notes: toNotes([...log.complaints, ...stderr.split('\n')], isEarly),
  };
}

function isReady(engine: Engine, line: string): boolean {
  return engine === 'strace' ? /^strace: Process \d+ attached/.test(line) : line.includes('ready');
}

/** That memory may not be locked without limit ends nothing: newer kernels do not ask for it. */
function toNotes(lines: readonly string[], isEarly: boolean): string[] {
  const said = lines.filter(
    (line) => line.trim() !== '' && !line.includes('RLIMIT_MEMLOCK') && !/ attached| detached/.test(line),
  );
  return [...(isEarly ? ['the engine ended before its time: what came after is not seen'] : []), ...said.slice(0, 5)];
}

function readNumbers(process: Observable['process']): ReadonlySet<number> {
  const names = process.numbers();
  return new Set(names.kind === 'read' ? names.value.map(Number) : []);
}

/** Whether nobody traces it any more and it is not stopped; null where it has ended. */
async function readReleased(world: World, { process }: Observable): Promise<boolean | null> {
  const until = world.clock.monotonicMs() + RELEASE_MS;
  for (;;) {
    const state = readTraceState(process);
    if (state === null) return null;
    if (state.tracer === 0 && !state.isStopped) return true;
    if (world.clock.monotonicMs() >= until) return false;
    await world.clock.sleep(50);
  }
}
