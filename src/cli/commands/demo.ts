import { toJsonText } from '../../core/words/json.ts';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { demonstrate } from '../../app/demo/demo.ts';
import { renderDemo } from '../../report/demo.ts';
import { renderInspections } from '../../report/inspection/formats.ts';
import { PLAIN, type Style } from '../../report/text/style.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import type { ColorWhen, Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { colorOption } from '../flags/options.ts';

interface Options {
  readonly clients: number;
  readonly clientExit: 'reset' | 'fin';
  readonly json?: true;
  readonly color: ColorWhen;
}

const EXAMPLES = `Examples:
  $ fdleak demo                      takes 15 seconds
  $ fdleak demo --client-exit fin    CLOSE_WAIT first: takes two minutes
  $ fdleak demo --json               the counts as one document
`;

const AFTER = `
Starts a leaky reverse proxy, a service and clients on loopback ports, lets the
service freeze and die, and inspects the proxy; then does the same with the
fixed proxy. Every process it started is ended, also on Ctrl-C.

Exit status: 0 the demo went as expected, 1 it did not, 130 interrupted.`;

/** `fdleak demo`: the story of the leak, told by real processes and `fdleak inspect`. */
export function addDemo(program: Command, context: Context): void {
  program
    .command('demo')
    .summary('the leak this tool was made for, live')
    .description('Shows the leak this tool was made for: a leaky reverse proxy, then the fixed one, both inspected.')
    .option('--clients <n>', 'clients that connect while the service is frozen', parseClients, 40)
    .addOption(new Option('--client-exit <how>', 'how they leave').choices(['reset', 'fin']).default('reset'))
    .option('--json', 'print one JSON document at the end')
    .addOption(colorOption())
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .action(async (options: Options) => context.exit(await runDemo(options, context)));
}

async function runDemo({ clients, clientExit, json, color }: Options, context: Context): Promise<ExitCode> {
  const paint = json === true ? PLAIN : await context.paint(color);
  const isQuiet = json === true;
  const style: Style = {
    paint,
    columns: context.columns,
    isTerminal: context.isTerminal,
    listDescriptors: false,
    explains: false,
    isQuiet: true,
    manyTargets: false,
  };
  const show = async (inspection: Inspection, isClimax: boolean): Promise<void> => {
    context.endProgress();
    if (isQuiet) return;
    const pieces = await renderInspections('table', [inspection], { ...style, isQuiet: !isClimax });
    for (const piece of pieces) context.print(piece);
  };
  const interrupted = context.interrupted();
  try {
    const report = await demonstrate(context.world, {
      clients,
      clientExit,
      interrupted,
      say: (line) => {
        context.endProgress();
        if (!isQuiet) context.print(`\n${paint.cyan(line)}\n`);
      },
      show,
      onProgress: context.progress,
    });
    context.endProgress();
    context.print(json === true ? `${toJsonText(report, 2)}\n` : `\n${renderDemo(report, paint)}`);
    return report.asTold ? EXIT.clean : EXIT.found;
  } catch (error) {
    if (!interrupted.aborted) throw error;
    context.fail('interrupted; every process of the demo has ended');
    return EXIT.interrupted;
  }
}

function parseClients(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text) || Number(text) > 1000)
    throw new InvalidArgumentError('Expected a number of clients from 1 to 1000.');
  return Number(text);
}
