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

const EXAMPLES = `
It starts a leaky reverse proxy, a service and clients on loopback ports of its own, lets the service freeze and die, and looks at
the proxy with fdleak inspect; then the same with the fixed proxy. It ends every process it started, also on Ctrl-C.

Examples:
  $ fdleak demo                       a quarter of a minute
  $ fdleak demo --client-exit fin     the slow way: CLOSE_WAIT first, orphans after FIN_WAIT2 (about two minutes)
  $ fdleak demo --json                the counts as one document

Exit status: 0 the story went as told, 1 it did not, 130 interrupted.`;

/** `fdleak demo`: the story of the leak, told by real processes and `fdleak inspect`. */
export function addDemo(program: Command, context: Context): void {
  program
    .command('demo')
    .summary('the leak this tool was made for, live')
    .description('show the leak this tool was made for: a leaky reverse proxy, then the fixed one, both inspected')
    .option('--clients <n>', 'clients that come while the service is frozen', parseClients, 40)
    .addOption(new Option('--client-exit <how>', 'how they leave').choices(['reset', 'fin']).default('reset'))
    .option('--json', 'one JSON document at the end')
    .addOption(colorOption())
    .addHelpText('after', EXAMPLES)
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
      command: context.command,
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
    context.print(json === true ? `${JSON.stringify(report, null, 2)}\n` : `\n${renderDemo(report, paint)}`);
    return report.asTold ? EXIT.clean : EXIT.found;
  } catch (error) {
    if (!interrupted.aborted) throw error;
    context.fail('interrupted; every process of the demonstration has ended');
    return EXIT.interrupted;
  }
}

function parseClients(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text) || Number(text) > 1000)
    throw new InvalidArgumentError('A number of clients from 1 to 1000.');
  return Number(text);
}
