import { type Command, InvalidArgumentError, Option } from 'commander';
import { scan, type ScanRequest, startSequel } from '../../app/scan/scan.ts';
import type { Scan } from '../../core/model/scan.ts';
import { GROUPINGS, type Grouping } from '../../core/model/scan-group.ts';
import { toJsonText } from '../../core/words/json.ts';
import { type Holding, parseHolding } from '../../core/scan/holding.ts';
import { nagiosStatusOfScan, renderScanNagios } from '../../report/scan/nagios.ts';
import { renderScan } from '../../report/scan/table.ts';
import { NAGIOS_CODES, renderNagiosLine } from '../../report/text/nagios-line.ts';
import type { ColorWhen, Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { colorOption, minOption } from '../flags/options.ts';
import { durationOption } from '../flags/durations.ts';

interface Options {
  readonly within: number;
  readonly settle: number;
  readonly min: number;
  readonly by?: Grouping;
  readonly holding?: { readonly text: string; readonly what: Holding };
  readonly all?: true;
  readonly strict?: true;
  readonly json?: true;
  readonly nagios?: true;
  readonly top?: true;
  readonly quiet?: true;
  readonly color: ColorWhen;
}

const EXAMPLES = `Examples:
  $ fdleak                              on a terminal: the same as fdleak scan
  $ sudo fdleak scan                    who leaks on this host, what, and where
  $ sudo fdleak scan --top              live; Enter inspects the selected one
  $ fdleak scan --by container          the worst of each container
  $ fdleak scan --holding deleted       who keeps deleted files
  $ fdleak scan --holding :8080         who has connections on this port
  $ fdleak scan --json | jq .summary    one document
`;

const AFTER = `
Exit status: 0 no process leaks or is full, 1 one is, 2 usage,
3 nothing could be judged; with --strict: something could not.
With --nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.`;

/** `fdleak scan`: every process of the host against its limit, worst first. */
export function addScan(program: Command, context: Context): void {
  program
    .command('scan')
    .summary('every process of this host, worst first')
    .description('Shows every process of this host against its limit, worst first: who leaks, what, where.')
    .addOption(new Option('--by <what>', 'group processes; the worst of each group is shown').choices(GROUPINGS))
    .option('--holding <what>', 'who has it open: deleted, :PORT, a path, or a kind such as inotify', toHolding)
    .option('-a, --all', 'show every process')
    .addOption(minOption(30))
    .addOption(durationOption('--within <duration>', 'finish within this time', '2s'))
    .addOption(
      durationOption(
        '--settle <duration>',
        'pause before doubtful sockets are checked again; 0: no second check',
        '1.2s',
      ),
    )
    .option('--strict', 'exit 3 when any process could not be judged')
    .option('--json', 'print one JSON document')
    .addOption(
      new Option('--nagios', 'print a line for Nagios, with the exit status of a plugin').conflicts([
        'json',
        'by',
        'holding',
      ]),
    )
    .addOption(
      new Option('--top', 'a live screen: select, filter, sort, inspect').conflicts(['json', 'nagios', 'by', 'quiet']),
    )
    .option('-q, --quiet', 'only the rows')
    .addOption(colorOption())
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .action(async (options: Options) => {
      context.exit(await scanOnce(options, context));
    });
}

async function scanOnce(options: Options, context: Context): Promise<ExitCode> {
  const request: ScanRequest = {
    withinMs: options.within,
    settleMs: options.settle,
    min: options.min,
    by: options.by ?? null,
    holding: options.holding?.what ?? null,
    holdingText: options.holding?.text ?? null,
    withOwners: options.json === true || (options.by !== undefined && options.by !== 'name'),
    withPlaces: options.json === true,
    sequel: null,
    onProgress: (what) => context.progress(what),
  };
  if (options.top === true) {
    if (!context.isTerminal) {
      context.fail('--top needs a terminal: without one, fdleak scan prints the same once');
      return EXIT.usage;
    }
    if (context.canRedraw) return showTop(options, context, request);
    context.fail('--top cannot redraw this terminal (TERM=dumb), so it prints one scan');
  }
  const outcome = await scan(context.world, request);
  context.endProgress();
  if (outcome.kind === 'failed') {
    if (options.nagios === true) context.print(renderNagiosLine('UNKNOWN', outcome.because, []));
    else context.fail(outcome.because);
    return EXIT.cannotTell;
  }
  if (options.nagios === true) {
    context.print(renderScanNagios(outcome.scan, options.strict === true));
    return NAGIOS_CODES[nagiosStatusOfScan(outcome.scan, options.strict === true)];
  }
  await show(outcome.scan, options, context);
  return exitCodeOfScan(outcome.scan, options.strict === true);
}

async function showTop(options: Options, context: Context, request: ScanRequest): Promise<ExitCode> {
  const { runTop } = await import('../terminal/scan-top.ts');
  const paint = await context.paint(options.color);
  // Each scan begins with those that the ones before did not reach.
  const sequel = startSequel(context.world, null);
  const next = () =>
    scan(context.world, { ...request, withOwners: true, withPlaces: true, sequel, onProgress: () => undefined });
  return runTop({ context, paint, next });
}

async function show(scan: Scan, options: Options, context: Context): Promise<void> {
  if (options.json === true) {
    context.print(`${toJsonText(scan, 2)}\n`);
    return;
  }
  const style = {
    paint: await context.paint(options.color),
    columns: context.columns,
    isTerminal: context.isTerminal,
    isQuiet: options.quiet === true,
    showsAll: options.all === true,
  };
  for (const line of renderScan(scan, style)) context.print(line);
}

/** One that leaks or is full is 1. Processes that were not seen do not fail it, unless nothing was, or `--strict` asks for all. */
function exitCodeOfScan({ summary }: Scan, isStrict: boolean): ExitCode {
  const { standings, denied, notReached } = summary;
  if ((standings.leak ?? 0) + (standings.full ?? 0) > 0) return EXIT.found;
  const judged = (standings.ok ?? 0) + (standings.suspect ?? 0) - summary.small;
  if (judged <= 0 && denied + notReached > 0) return EXIT.cannotTell;
  return isStrict && ((standings.unseen ?? 0) > 0 || summary.hidden === null) ? EXIT.cannotTell : EXIT.clean;
}

function toHolding(text: string): { readonly text: string; readonly what: Holding } {
  const what = parseHolding(text);
  if (what === undefined)
    throw new InvalidArgumentError('Expected deleted, :PORT, an absolute path, or a kind such as inotify.');
  return { text, what };
}
