import { type Command } from 'commander';
import { type DiffOutcome, diffInspections } from '../../app/diff.ts';
import { judgeDiff } from '../../core/compare/judge-diff.ts';
import { renderDiffJson, renderDiffText } from '../../report/diff.ts';
import type { ColorWhen, Context } from '../context.ts';
import { EXIT, EXIT_OF_RESULT, type ExitCode } from '../exit-code.ts';
import { colorOption } from '../flags/options.ts';
import { durationOption } from '../flags/durations.ts';

interface Options {
  readonly json?: true;
  readonly settle: number;
  readonly toolTimeout: number;
  readonly color: ColorWhen;
}

const EXAMPLES = `Examples:
  $ fdleak inspect 4242 --json > before.json
  $ fdleak diff before.json 4242          what has changed since
  $ fdleak diff before.json after.json --json
`;

const AFTER = `
Exit status: 0 nothing new that leaks, 1 something is, 2 usage,
3 could not observe or decide.`;

/** `fdleak diff <a> <b>`: two inspections, files or live pids. */
export function addDiff(program: Command, context: Context): void {
  program
    .command('diff')
    .summary('what changed between two inspections')
    .description('Compares two inspections: what is new, what is gone, what stayed.')
    .argument('<before>', 'anything that inspect --from reads, or a pid')
    .argument('<after>', 'anything that inspect --from reads, or a pid')
    .option('--json', 'print one JSON document')
    .addOption(
      durationOption('--settle <duration>', 'for a pid: pause before doubtful sockets are checked again', '250ms'),
    )
    .addOption(durationOption('--tool-timeout <duration>', 'for a pid: how long lsof, ss and prlimit may take', '10s'))
    .addOption(colorOption())
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .action(async (before: string, after: string, options: Options) => {
      const outcome = await diffInspections(context.world, [before, after], {
        settleMs: options.settle,
        toolTimeoutMs: options.toolTimeout,
        onProgress: context.progress,
      });
      context.endProgress();
      context.exit(await print(outcome, options, context));
    });
}

async function print(outcome: DiffOutcome, { json, color }: Options, context: Context): Promise<ExitCode> {
  if (outcome.kind === 'refused') {
    context.fail(outcome.because);
    return outcome.isUsage ? EXIT.usage : EXIT.cannotTell;
  }
  const { diff, isWhole } = outcome;
  context.print(json === true ? renderDiffJson(diff) : renderDiffText(diff, await context.paint(color)));
  if (!isWhole) context.fail('the descriptors of one side could not be listed, so nothing was compared');
  const code = EXIT_OF_RESULT[judgeDiff(diff)];
  return code === EXIT.clean && !isWhole ? EXIT.cannotTell : code;
}
