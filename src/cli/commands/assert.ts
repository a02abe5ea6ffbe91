import { writeReport } from '../../app/assert/write-report.ts';
import { type Command, InvalidArgumentError } from 'commander';
import { assertProcess, type AssertRequest } from '../../app/assert/assert.ts';
import type { Baseline } from '../../core/budget/assert-budget.ts';
import type { BudgetFile } from '../../core/budget/budget-file.ts';
import type { AssertionReport } from '../../core/model/assertion.ts';
import { type Budget, EMPTY_BUDGET } from '../../core/model/budget.ts';
import type { Exercise } from '../../app/assert/measure-exercise.ts';
import { printReports } from '../terminal/assert-reports.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { parsePid } from '../flags/pid.ts';
import { hasTarget, toOnePid } from '../flags/target-pids.ts';
import { addAssertOptions, type AssertOptions } from '../flags/assert-flags.ts';

const DEFAULT_SETTLE_MS = 5000;
/** How long after each run descriptors may take to be closed. */
const CALM_MS = 1000;

const EXAMPLES = `Examples:
  $ fdleak assert 4242 --max-open 80%           a count: any user, in no time
  $ fdleak assert 4242 --max orphaned=0 --max peer-closed=5
  $ fdleak assert --init 4242 -o budget.yaml    draft a budget
  $ fdleak assert 4242 --budget budget.yaml --junit fd.xml
  $ fdleak assert 4242 --exercise 'curl -s http://localhost:8080/' --runs 5
  $ fdleak assert --budget budget.yaml --ready port:8080 \\
      --exercise ./load.sh -- node server.js
`;

const AFTER = `
It checks one process. Where --name, --port or --unit matches a master and its
workers, they are listed: choose one by its pid.

Exit status: 0 everything holds, 1 something does not, 2 usage,
3 could not observe or decide.
With --nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.`;

/** `fdleak assert <pid>` and `fdleak assert … -- CMD…`: descriptor budgets, for CI. */
export function addAssert(program: Command, context: Context): void {
  const command = program
    .command('assert')
    .summary('fail when a process holds or leaks too many')
    .description('Fails when a process holds more descriptors than a budget allows, or leaks when exercised.')
    .argument('[target...]', 'a pid; or, after --, a command to start, check and stop');
  addAssertOptions(command)
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .action(async (target: readonly string[], options: AssertOptions) => {
      context.exit(await run(target, options, context));
    });
}

async function run(target: readonly string[], options: AssertOptions, context: Context): Promise<ExitCode> {
  const subject = await toTarget(target, options, context);
  if (subject.kind === 'failed') return subject.status;
  const { pid } = subject;
  if (options.init === true) return writeDraft(pid, options, context);
  const asked = await toRequest(options, context);
  if ('because' in asked) return refuse(asked.because, context);
  if (options.exercise === undefined && isEmpty(asked)) {
    const because =
      'nothing to assert. Next: --max-open 80%, --max orphaned=0, --baseline, --budget or --exercise; fdleak assert --init <pid> drafts a budget';
    return refuse(because, context);
  }
  const { unlessInterrupted } = await import('../../app/assert/on-interrupt.ts');
  const report = await unlessInterrupted(async () =>
    pid === null ? assertStarted(target, options, asked, context) : assertRunning(pid, options, asked, context),
  );
  context.endProgress();
  if (report === 'interrupted') return EXIT.interrupted;
  return printReports(report, options, context);
}

type Asked = Omit<AssertRequest, 'pid' | 'exercise'>;

async function assertRunning(
  pid: number,
  options: AssertOptions,
  asked: Asked,
  { world }: Context,
): Promise<AssertionReport> {
  const toExercise = options.exercise === undefined ? null : await loadExercise(options, world);
  return assertProcess(world, { ...asked, pid, exercise: toExercise?.(pid) ?? null });
}

async function assertStarted(
  command: readonly string[],
  options: AssertOptions,
  request: Asked,
  { world }: Context,
): Promise<AssertionReport> {
  const { assertCommand } = await import('../../app/assert/assert-command.ts');
  return assertCommand(world, {
    command,
    ready: options.ready ?? { kind: 'calm' },
    readyTimeoutMs: options.readyTimeout,
    outputPath: options.output ?? null,
    toExercise: options.exercise === undefined ? () => null : await loadExercise(options, world),
    request,
  });
}

async function loadExercise(
  { exercise = '', warmup, runs, exerciseTimeout }: AssertOptions,
  world: Context['world'],
): Promise<(pid: number) => Exercise> {
  const { runExercise } = await import('../../app/assert/run-exercise.ts');
  const { readCallersSoftLimit } = await import('../../app/assert/caller-limits.ts');
  const softLimit = readCallersSoftLimit(world.proc);
  return (pid) => ({
    warmup,
    runs,
    calmMs: CALM_MS,
    run: async () => runExercise({ line: exercise, timeoutMs: exerciseTimeout, softLimit, pid }),
  });
}

type BudgetFiles = typeof import('../../app/assert/read-budget.ts');

type Refused = { readonly because: string };

const NO_FILE: BudgetFile = { budget: EMPTY_BUDGET, baseline: null, baselineOf: [], settleMs: null };

/** The budget file, and the flags over it. */
async function toRequest(options: AssertOptions, context: Context): Promise<Asked | Refused> {
  const { budget: path, baseline } = options;
  const files = path === undefined && baseline === undefined ? null : await import('../../app/assert/read-budget.ts');
  const read = path === undefined || files === null ? null : await files.readBudget(path);
  if (read?.kind === 'refused') return { because: read.because };
  const file = read?.file ?? NO_FILE;
  const before = files === null ? null : readBefore(options, file, files);
  if (before !== null && 'because' in before) return before;
  return {
    budget: mergeBudget(options, file.budget),
    baseline: before,
    settleMs: options.settle ?? file.settleMs ?? DEFAULT_SETTLE_MS,
    toolTimeoutMs: options.toolTimeout,
    onProgress: context.progress,
  };
}

function mergeBudget({ maxOpen, minHeadroom, max = new Map(), ignore = [] }: AssertOptions, file: Budget): Budget {
  return {
    maxOpen: maxOpen ?? file.maxOpen,
    minHeadroom: minHeadroom ?? file.minHeadroom,
    max: new Map([...file.max, ...max]),
    ignore: [...file.ignore, ...ignore],
  };
}

/** The baseline that the flags or the file name; one that the file names is looked for beside it. */
function readBefore(
  options: AssertOptions,
  file: BudgetFile,
  { readBaseline }: BudgetFiles,
): Baseline | Refused | null {
  const from = options.baseline ?? file.baseline;
  if (from === null) return null;
  const beside = options.baseline === undefined ? (options.budget ?? null) : null;
  const reading = readBaseline(from, options.baselineOf ?? file.baselineOf, beside);
  return reading.kind === 'refused' ? { because: reading.because } : reading.baseline;
}

async function writeDraft(pid: number | null, { out }: AssertOptions, context: Context): Promise<ExitCode> {
  if (pid === null) return refuse('--init needs a pid: fdleak assert --init 4242', context);
  const { draftFor } = await import('../../app/assert/draft-budget.ts');
  const draft = await draftFor(context.world, pid);
  if (draft.kind === 'unobservable') {
    context.fail(`cannot inspect process ${pid}: ${draft.because}. Next: ${draft.remedy}.`);
    return EXIT.cannotTell;
  }
  if (out === undefined) {
    context.print(draft.text);
    return EXIT.clean;
  }
  const failure = writeReport(out, draft.text, { isNew: true });
  if (failure === null) return EXIT.clean;
  return refuse(`the budget was not written: ${failure}. Next: remove the file, or name another with -o`, context);
}

type AssertTarget =
  /** null: the operands are a command. */
  { readonly kind: 'subject'; readonly pid: number | null } | { readonly kind: 'failed'; readonly status: ExitCode };

/** One number is a pid, anything else a command; without either, an option names the process. */
async function toTarget(target: readonly string[], flags: AssertOptions, context: Context): Promise<AssertTarget> {
  const [only = ''] = target;
  const isPid = target.length === 1 && /^\d+$/.test(only);
  const isNamed = hasTarget(flags);
  if (target.length > 0 && !isPid) {
    if (/^\d+$/.test(only)) return { kind: 'failed', status: refuse(`unexpected argument after pid ${only}`, context) };
    if (!isNamed) return { kind: 'subject', pid: null };
    return { kind: 'failed', status: refuse('give a command or a process, not both', context) };
  }
  const pid = isPid ? readPid(only) : null;
  if (pid !== null && typeof pid !== 'number') {
    return { kind: 'failed', status: refuse(`"${only}" is not a process: ${pid.because}`, context) };
  }
  const found = await toOnePid(pid, flags, context);
  return found.kind === 'failed' ? found : { kind: 'subject', pid: found.pids[0] ?? null };
}

function readPid(text: string): number | Refused {
  try {
    return parsePid(text);
  } catch (error) {
    if (error instanceof InvalidArgumentError) return { because: error.message };
    throw error;
  }
}

function isEmpty({ budget, baseline }: Asked): boolean {
  return budget.maxOpen === null && budget.minHeadroom === null && budget.max.size === 0 && baseline === null;
}

function refuse(because: string, context: Context): ExitCode {
  context.fail(because);
  return EXIT.usage;
}
