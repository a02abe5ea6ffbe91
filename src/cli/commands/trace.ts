import { type Command, Option } from 'commander';
import { chooseEngine } from '../../app/trace/engines.ts';
import { readTraceable, traceBirths, type TraceRequest } from '../../app/trace/trace.ts';
import { ENGINES, type Engine, isCutShort, type Trace } from '../../core/model/trace.ts';
import { toJsonText } from '../../core/words/json.ts';
import { renderTrace } from '../../report/trace.ts';
import type { ColorWhen, Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { colorOption } from '../flags/options.ts';
import { parsePid } from '../flags/pid.ts';
import { addTargetOptions, type TargetFlags } from '../flags/target-options.ts';
import { toOnePid } from '../flags/target-pids.ts';
import { durationOption } from '../flags/durations.ts';

interface Options extends TargetFlags {
  readonly duration: number;
  readonly engine: Engine | 'auto';
  readonly yes?: true;
  readonly json?: true;
  readonly color: ColorWhen;
}

const EXAMPLES = `Examples:
  $ sudo fdleak trace 4242 --duration 60s   what opens the ones that stay
  $ fdleak trace 4242 --engine strace --duration 2s --yes
                                            without root, slow: file and line
  $ sudo fdleak trace --port 8080 --json    as one document
`;

const AFTER = `
bpftrace needs root and costs about 1 µs a descriptor. strace leaves a tenth
or less of the throughput of the process, so it asks first. Ctrl-C ends it
early.

Exit status: 0 traced, 2 usage or no consent, 3 could not trace.`;

/** `fdleak trace <pid>`: follows a process for a while, and tells where the descriptors that stayed were made. */
export function addTrace(program: Command, context: Context): void {
  const command = program
    .command('trace')
    .summary('where the descriptors that stay are made')
    .description('Follows a process for a while, and shows which calls made the descriptors that were not closed.')
    .argument('[pid]', 'the process to follow', parsePid);
  addTargetOptions(command)
    .addOption(durationOption('--duration <duration>', 'how long to follow it', '60s'))
    .addOption(new Option('--engine <engine>', 'the tracer').choices(['auto', ...ENGINES]).default('auto'))
    .option('-y, --yes', 'let strace slow the process down without asking')
    .option('--json', 'print one JSON document')
    .addOption(colorOption())
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .action(async (pid: number | undefined, options: Options) => context.exit(await trace(pid, options, context)));
}

async function trace(given: number | undefined, options: Options, context: Context): Promise<ExitCode> {
  const found = await toOnePid(given ?? null, options, context);
  if (found.kind === 'failed') return found.status;
  const [pid = 0] = found.pids;
  const traceable = readTraceable(context.world, pid);
  if (traceable.kind === 'refused') {
    context.fail(`cannot trace process ${pid}: ${traceable.because}. Next: ${traceable.remedy}.`);
    return EXIT.cannotTell;
  }
  const engine = await chooseEngine(context.world, options.engine === 'auto' ? null : options.engine);
  if (engine.kind === 'none') {
    context.fail(`cannot trace process ${pid}: ${engine.because}. Next: ${engine.remedy}.`);
    return EXIT.cannotTell;
  }
  if (engine.engine === 'strace' && options.yes !== true && !(await mayUseStrace(pid, engine.whyNotBpftrace, context)))
    return EXIT.usage;
  const interrupted = context.interrupted();
  const request = { pid, durationMs: options.duration, interrupted, onProgress: context.announce };
  const outcome = await follow({ ...request, engine }, options, context);
  if (outcome === null) return EXIT.cannotTell;
  if (isCutShort(outcome) && !interrupted.aborted && options.json !== true)
    await offerStacks(request, options, context);
  return EXIT.clean;
}

/** The second stage, where a person at a terminal wants it. */
async function offerStacks(request: Omit<TraceRequest, 'engine'>, options: Options, context: Context): Promise<void> {
  const engine = await chooseEngine(context.world, 'strace');
  if (engine.kind === 'none') return;
  const isWanted = await context.confirm(`Whole stacks, by strace for 2 s? ${COST}`);
  if (isWanted === true) await follow({ ...request, durationMs: SECOND_STAGE_MS, engine }, options, context);
}

const SECOND_STAGE_MS = 2000;
const COST = 'A tenth of the throughput or less is left meanwhile.';

/** Traces once and prints it; null where it could not, which has been said. */
async function follow(request: TraceRequest, options: Options, context: Context): Promise<Trace | null> {
  const outcome = await traceBirths(context.world, request);
  context.endProgress();
  if (outcome.kind === 'refused') {
    context.fail(`cannot trace process ${request.pid}: ${outcome.because}. Next: ${outcome.remedy}.`);
    return null;
  }
  const { trace } = outcome;
  if (options.json === true) {
    context.print(`${toJsonText(trace, 2)}\n`);
    return trace;
  }
  const { columns, isTerminal } = context;
  const flags = { listDescriptors: false, explains: false, isQuiet: false, manyTargets: false };
  const style = { paint: await context.paint(options.color), columns, isTerminal, ...flags };
  for (const piece of renderTrace(trace, style)) context.print(piece);
  return trace;
}

async function mayUseStrace(pid: number, whyNotBpftrace: string | null, context: Context): Promise<boolean> {
  const why = whyNotBpftrace === null ? '' : ` (bpftrace: ${whyNotBpftrace})`;
  const cost = `strace stops process ${pid} at every call: a tenth of its throughput or less is left while it runs${why}`;
  const answer = await context.confirm(`${cost}. Go on?`);
  if (answer === null) context.fail(`${cost}. Next: consent with --yes.`);
  return answer === true;
}
