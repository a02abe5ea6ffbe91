import { formatDuration } from '../core/parse/duration.ts';
import { Deadline } from '../collect/deadline.ts';
import { readEpollSets } from '../collect/epoll-sets.ts';
import { FileFacts } from '../collect/file-facts.ts';
import { type NofileLimit, readNofileLimit } from '../collect/limits.ts';
import { readOpenDescriptors } from '../collect/open-descriptors.ts';
import { type ProcessFolder, readProcessFolder } from '../collect/process-folder.ts';
import type { ProcFs } from '../collect/proc-fs.ts';
import { readProcessState } from '../collect/process-identity.ts';
import { type QuotasRequest, readQuotas } from '../collect/quotas.ts';
import type {
  EpollQuota,
  InotifyQuota,
  LimitsReport,
  MachineLimits,
  Raised,
  SystemLimits,
} from '../core/model/limits-report.ts';
import type { Limit } from '../core/model/limits.ts';
import type { OpenDescriptor } from '../core/model/open-descriptor.ts';
import type { ToolRun } from '../core/model/reading.ts';
import type { Quota } from '../core/model/quota.ts';
import { parseFdinfo } from '../core/parse/proc-fdinfo.ts';
import { readLimits } from './inspect/read-limits.ts';
import { whyUnobservable, type Unobservable } from './inspect/unobservable.ts';
import { whyNothingIsOpen } from './inspect/nothing-open.ts';
import { callsOf, type World } from './world.ts';

export interface RaiseRequest {
  readonly soft: number;
  /** null leaves the hard limit as it is. */
  readonly hard: number | null;
}

/** A raise that was not made, or of which nobody can say so. */
export interface RaiseRefusal {
  readonly because: string;
  /** The limit as it stands now; null where it could not be read again. */
  readonly now: NofileLimit | null;
  readonly isAsItWas: boolean;
}

export type LimitsOutcome =
  | { readonly kind: 'read'; readonly report: LimitsReport }
  | ({ readonly kind: 'refused' } & RaiseRefusal)
  | Unobservable;

const RAISE_TIMEOUT_MS = 10_000;

export interface LimitsRequest {
  readonly raise: RaiseRequest | null;
  /** How long reading may take; what is not read by then is not known. */
  readonly withinMs: number;
}

/** Reads every limit that "too many open files" may mean, after raising RLIMIT_NOFILE where that is asked for. */
export async function readAllLimits(
  world: World,
  pid: number,
  { raise, withinMs }: LimitsRequest,
): Promise<LimitsOutcome> {
  const subject = readProcessState(world.proc, pid);
  if (subject.kind !== 'read') return whyUnobservable(world, pid, subject);
  const nothing = whyNothingIsOpen(subject.value, readProcessFolder(world.proc, pid));
  if (nothing !== null) return nothing;
  const raised = raise === null ? null : await raiseLimit(world, pid, raise);
  if (raised !== null && 'because' in raised) return { kind: 'refused', ...raised };

  const process = readProcessFolder(world.proc, pid);
  const deadline = new Deadline(() => world.clock.monotonicMs(), withinMs);
  const forFiles = deadline.part(withinMs / 2);
  const files = new FileFacts(process, () => forFiles.isOver());
  const { table, isWhole } = await readOpenDescriptors(process, null, { files, deadline });
  const listed = table.kind === 'read' && isWhole ? table.value : null;
  return {
    kind: 'read',
    report: {
      schema: 'fdleak.limits/1',
      pid,
      comm: subject.value.identity.comm,
      limits: readLimits(process, subject.value, listed),
      system: readSystemLimits(world.proc),
      inotify: readInotify(process, listed, deadline),
      epoll: await readEpoll(process, listed, deadline),
      quotas: readEveryQuota(world, { pid, uid: subject.value.identity.uid }, deadline),
      raised,
    },
  };
}

/** The limits that all processes of this machine share, and who holds most of each. */
export function readMachineLimits(world: World, withinMs: number): MachineLimits {
  const deadline = new Deadline(() => world.clock.monotonicMs(), withinMs);
  return {
    schema: 'fdleak.machine-limits/1',
    host: world.host,
    system: readSystemLimits(world.proc),
    quotas: readEveryQuota(world, { pid: null, uid: null }, deadline),
  };
}

function readEveryQuota(world: World, of: Pick<QuotasRequest, 'pid' | 'uid'>, deadline: Deadline): Quota[] {
  return readQuotas(world.proc, { ...of, isThorough: true, deadline, calls: () => callsOf(world) });
}

async function raiseLimit(world: World, pid: number, { soft, hard }: RaiseRequest): Promise<Raised | RaiseRefusal> {
  const before = readNofileLimit(world.proc, pid);
  if (before.kind !== 'read') return { because: `the limits of ${pid} cannot be read`, now: null, isAsItWas: true };
  const refusal = whyNotRaise(before.value, { soft, hard: hard ?? before.value.hard }, pid);
  if (refusal !== null) return { because: refusal, now: before.value, isAsItWas: true };
  const args = ['--pid', `${pid}`, `--nofile=${soft}:${hard ?? ''}`];
  const ran = await world.runTool('prlimit', args, RAISE_TIMEOUT_MS);
  const after = readNofileLimit(world.proc, pid);
  if (ran.kind === 'ran' && after.kind === 'read') return { before: before.value, after: after.value };
  const now = after.kind === 'read' ? after.value : null;
  return {
    because: ran.kind === 'ran' ? `afterwards its limits are ${after.kind}` : whyNotRun(ran, args),
    now,
    isAsItWas: ran.kind === 'unavailable' || (now?.soft === before.value.soft && now.hard === before.value.hard),
  };
}

function whyNotRun(ran: Exclude<ToolRun, { kind: 'ran' }>, args: readonly string[]): string {
  switch (ran.kind) {
    case 'unavailable':
      return 'prlimit is not installed (util-linux)';
    case 'timed-out':
      return `prlimit was still running after ${formatDuration(ran.afterMs)}`;
    case 'failed':
      return `prlimit ${args.join(' ')}: ${ran.because}`;
  }
}

/** What is wrong with a raise, in a sentence that says what would do; null when nothing is. */
function whyNotRaise(
  before: { soft: Limit; hard: Limit },
  wanted: { soft: number; hard: Limit },
  pid: number,
): string | null {
  if (isAbove(before.soft, wanted.soft)) return `the soft limit is already ${before.soft}: --raise only raises it`;
  if (isAbove(before.hard, wanted.hard))
    return `the hard limit is ${before.hard}; --raise cannot lower it to ${wanted.hard}`;
  if (isAbove(wanted.soft, wanted.hard)) {
    return `${wanted.soft} is above the hard limit ${wanted.hard}; that needs CAP_SYS_RESOURCE: fdleak limits ${pid} --raise ${wanted.soft}:${wanted.soft}`;
  }
  return null;
}

function isAbove(a: Limit, b: Limit): boolean {
  return (a === 'unlimited' ? Infinity : a) > (b === 'unlimited' ? Infinity : b);
}

function readSystemLimits(proc: ProcFs): SystemLimits {
  const text = proc.text('sys/fs/file-nr');
  const [openFiles, , fileMax] = text.kind === 'read' ? text.value.trim().split(/\s+/).map(Number) : [];
  return { nrOpen: readNumber(proc, 'sys/fs/nr_open'), openFiles: openFiles ?? null, fileMax: fileMax ?? null };
}

function readInotify(process: ProcessFolder, open: readonly OpenDescriptor[] | null, deadline: Deadline): InotifyQuota {
  const { proc } = process;
  const instances = open?.filter(({ kind }) => kind === 'inotify') ?? null;
  return {
    instances: instances?.length ?? null,
    watches:
      instances === null
        ? null
        : sumOf(instances.map((one) => (deadline.isOver() ? null : readInotifyWatches(process, one)))),
    maxUserInstances: readNumber(proc, 'sys/fs/inotify/max_user_instances'),
    maxUserWatches: readNumber(proc, 'sys/fs/inotify/max_user_watches'),
  };
}

function readInotifyWatches(process: ProcessFolder, one: OpenDescriptor): number | null {
  const text = process.fdinfo(one);
  return text.kind === 'read' ? parseFdinfo(text.value).inotifyWatches : null;
}

async function readEpoll(
  process: ProcessFolder,
  open: readonly OpenDescriptor[] | null,
  deadline: Deadline,
): Promise<EpollQuota> {
  const { proc } = process;
  const sets = open === null ? null : await readEpollSets(process, open, deadline);
  return {
    sets: sets?.length ?? null,
    watches: sets === null ? null : sumOf(sets.map(({ targets }) => targets.length)),
    maxUserWatches: readNumber(proc, 'sys/fs/epoll/max_user_watches'),
  };
}

/** null when one of the summands is not known. */
function sumOf(counts: readonly (number | null)[]): number | null {
  return counts.reduce<number | null>((sum, count) => (sum === null || count === null ? null : sum + count), 0);
}

function readNumber(proc: ProcFs, path: string): number | null {
  const text = proc.text(path);
  const value = text.kind === 'read' ? Number(text.value.trim()) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}
