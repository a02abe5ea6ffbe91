import { type Command, Option } from 'commander';
import { chooseEngine } from '../../app/trace/engines.ts';
import { traceBirths } from '../../app/trace/trace.ts';
import { ENGINES, type Engine } from '../../core/model/trace.ts';
import { toJsonText } from '../../core/words/json.ts';
import { renderTrace } from '../../report/trace.ts';
import type { ColorWhen, Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { colorOption, parsePauseMs, parsePid } from '../flags/options.ts';
import { addTargetOptions, type TargetFlags } from '../flags/target-options.ts';
import { toOnePid } from '../flags/target-pids.ts';

interface Options extends TargetFlags {
  readonly duration: number;
  readonly engine: Engine | 'auto';
  readonly yes?: true;
  readonly json?: true;
  readonly color: ColorWhen;
}

const EXAMPLES = `Examples:
  $ sudo fdleak trace 4242 --duration 60s   where those are made that stay
  $ fdleak trace 4242 --engine strace --duration 2s --yes
                                            without root, slow: file and line
  $ sudo fdleak trace --port 8080 --json    as one document
`;

const AFTER = `
bpftrace needs root and costs little. strace leaves about a tenth of the
process' throughput while it runs: it asks first. Ctrl-C ends it early.

Exit status: 0 traced, 2 usage or no consent, 3 could not trace.`;

/** `fdleak trace <pid>`: follows a process for a while, and tells where the descriptors that stayed were made. */
export function addTrace(program: Command, context: Context): void {
  const command = program
    .command('trace')
    .summary('where the descriptors that stay are made')
    .description('Follows a process for a while, and shows which calls made the descriptors that were not closed.')
    .argument('[pid]', 'the process to follow', parsePid);
  addTargetOptions(command)
    .addOption(new Option('--duration <duration>', 'for how long').argParser(parsePauseMs).default(60_000, '60s'))
    .addOption(new Option('--engine <engine>', 'what follows it').choices(['auto', ...ENGINES]).default('auto'))
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
  const engine = await chooseEngine(context.world, options.engine === 'auto' ? null : options.engine);
  if (engine.kind === 'none') {
    context.fail(`cannot trace process ${pid}: ${engine.because}. Next: ${engine.remedy}.`);
    return EXIT.cannotTell;
  }
  if (engine.engine === 'strace' && options.yes !== true && !(await mayUseStrace(pid, engine.whyNotBpftrace, context)))
    return EXIT.usage;
  const interrupted = context.interrupted();
  const onProgress = (what: string): void => context.progress(what);
  const outcome = await traceBirths(context.world, {
    pid,
    durationMs: options.duration,
    engine,
    interrupted,
    onProgress,
  });
  context.endProgress();
  if (outcome.kind === 'refused') {
    context.fail(`cannot trace process ${pid}: ${outcome.because}. Next: ${outcome.remedy}.`);
    return EXIT.cannotTell;
  }
  if (options.json === true) context.print(`${toJsonText(outcome.trace, 2)}\n`);
  else {
    const style = {
      paint: await context.paint(options.color),
      columns: context.columns,
      isTerminal: context.isTerminal,
      listDescriptors: false,
      explains: false,
      isQuiet: false,
      manyTargets: false,
    };
    for (const piece of renderTrace(outcome.trace, style)) context.print(piece);
  }
  return EXIT.clean;
}

async function mayUseStrace(pid: number, whyNotBpftrace: string | null, context: Context): Promise<boolean> {
  const why = whyNotBpftrace === null ? '' : ` (bpftrace: ${whyNotBpftrace})`;
  const cost = `strace stops process ${pid} at every call: about a tenth of its throughput is left while it runs${why}`;
  const answer = await context.confirm(`${cost}. Go on?`);
  if (answer === null) context.fail(`${cost}. Next: consent with --yes.`);
  return answer === true;
}
