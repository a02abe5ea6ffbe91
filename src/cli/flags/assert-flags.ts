import { type Command, Option } from 'commander';
import type { Ready } from '../../app/assert/ready.ts';
import type { IgnorePattern, MaxOpen, Subject } from '../../core/model/budget.ts';
import {
  collectIgnore,
  collectReport,
  parseCount,
  parseOpenOption,
  parseReady,
  parseRuns,
  type ReportFile,
} from './assert-options.ts';
import { collectMax, parseSubjects } from './subjects.ts';
import type { ColorWhen } from '../context.ts';
import { colorOption } from './options.ts';
import { addTargetOptions, type TargetFlags } from './target-options.ts';
import { durationOption, parsePauseMs } from './durations.ts';

/** What the options of {@link addAssertOptions} leave. */
export interface AssertOptions extends TargetFlags {
  readonly maxOpen?: MaxOpen;
  readonly max?: ReadonlyMap<Subject, number>;
  readonly minHeadroom?: number;
  readonly baseline?: string;
  readonly baselineOf?: readonly Subject[];
  readonly budget?: string;
  readonly ignore?: readonly IgnorePattern[];
  readonly settle?: number;
  readonly toolTimeout: number;
  readonly init?: true;
  readonly out?: string;
  readonly exercise?: string;
  readonly warmup: number;
  readonly runs: number;
  readonly exerciseTimeout: number;
  readonly ready?: Ready;
  readonly readyTimeout: number;
  readonly output?: string;
  readonly json?: true;
  readonly tap?: true;
  readonly nagios?: true;
  readonly junit?: string;
  readonly report?: readonly ReportFile[];
  readonly github?: boolean;
  readonly quiet?: true;
  readonly color: ColorWhen;
}

/** The options of `fdleak assert`. */
export function addAssertOptions(command: Command): Command {
  return addTargetOptions(command.optionsGroup('Process:'))
    .optionsGroup('Budget:')
    .addOption(
      new Option('--max-open <n|n%>', 'at most this many descriptors, or this share of the soft limit').argParser(
        parseOpenOption,
      ),
    )
    .addOption(new Option('--max <what=n>', 'at most n of a kind or verdict; repeatable').argParser(collectMax))
    .option('--min-headroom <n>', 'at least this many numbers free below the soft limit', parseCount)
    .option('--baseline <file>', 'fail on anything new since this inspection (inspect --json)')
    .option('--baseline-of <names>', 'compare only these kinds and verdicts with the baseline', parseSubjects)
    .option('--budget <file>', 'read these from a YAML or JSON file; flags override it')
    .addOption(new Option('--ignore <pattern>', 'ignore descriptors that match; repeatable').argParser(collectIgnore))
    .option(
      '--settle <duration>',
      'how long to wait for what breaks the budget to be closed (default: 5s)',
      parsePauseMs,
    )
    .addOption(
      durationOption('--tool-timeout <duration>', 'how long ss and lsof may take, where they are needed', '10s'),
    )
    .option('--init', 'print a first budget from what is open now; check nothing')
    .option('-o, --out <file>', 'with --init: write it to this new file')
    .optionsGroup('Exercise:')
    .option('--exercise <line>', 'run this with sh -c, repeatedly ($1 is the pid), and count what stays open')
    .option('--warmup <n>', 'runs before counting starts', parseCount, 3)
    .option('--runs <n>', 'runs that count', parseRuns, 5)
    .addOption(durationOption('--exercise-timeout <duration>', 'how long one run may take', '60s'))
    .optionsGroup('A command to start:')
    .option(
      '--ready <condition>',
      'when the command is ready: port:8080, log:PATTERN or file:PATH (default: when its descriptors are stable)',
      parseReady,
    )
    .addOption(durationOption('--ready-timeout <duration>', 'how long the command may take to be ready', '30s'))
    .option('--output <file>', 'file for the output of the command (default: stderr)')
    .optionsGroup('Output:')
    .option('--json', 'print the document fdleak.assertion/1')
    .addOption(new Option('--tap', 'print TAP').conflicts('json'))
    .addOption(
      new Option('--nagios', 'print a line for Nagios, with the exit status of a plugin').conflicts(['json', 'tap']),
    )
    .option('--junit <file>', 'also write JUnit XML')
    .addOption(
      new Option('--report <format=file>', 'also write this format to a file; repeatable').argParser(collectReport),
    )
    .option('--github', 'GitHub annotations and job summary (the default under GITHUB_ACTIONS)')
    .option('--no-github', 'no annotations or summary')
    .option('-q, --quiet', 'print nothing when everything holds')
    .addOption(colorOption());
}
