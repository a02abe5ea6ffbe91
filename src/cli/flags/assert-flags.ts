import { type Command, Option } from 'commander';
import type { Ready } from '../../app/assert/await-ready.ts';
import type { IgnorePattern, MaxOpen, Subject } from '../../core/model/budget.ts';
import {
  collectIgnore,
  collectMax,
  collectReport,
  parseCount,
  parseOpenOption,
  parseReady,
  parseRuns,
  parseSubjects,
  type ReportFile,
} from './assert-options.ts';
import type { ColorWhen } from '../context.ts';
import { colorOption, parsePauseMs } from './options.ts';
import { addTargetOptions, type TargetFlags } from './target-options.ts';

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
  return addTargetOptions(command)
    .addOption(
      new Option('--max-open <n|n%>', 'most descriptors, or share of the soft limit').argParser(parseOpenOption),
    )
    .addOption(new Option('--max <what=n>', 'most of a kind or verdict; repeatable').argParser(collectMax))
    .option('--min-headroom <n>', 'numbers below the soft limit that must be free', parseCount)
    .option('--baseline <file>', 'an inspection (inspect --json): nothing is there that was not there then')
    .option('--baseline-of <names>', 'kinds and verdicts that the baseline is about; default: all', parseSubjects)
    .option('--budget <file>', 'all of these as a file, YAML or JSON; flags win over it')
    .addOption(new Option('--ignore <pattern>', 'leave out what matches; repeatable').argParser(collectIgnore))
    .option('--settle <duration>', 'how long what breaks a budget may take to be closed (default: 5s)', parsePauseMs)
    .addOption(
      new Option('--tool-timeout <duration>', 'how long ss and lsof may take, where they decide')
        .argParser(parsePauseMs)
        .default(10_000, '10s'),
    )
    .option('--init', 'write a first budget from what the process holds now, and assert nothing')
    .option('-o, --out <file>', 'with --init: where to; an existing file is left alone')
    .option('--exercise <line>', 'do this by sh -c, again and again ($1 is the pid), and count what stays')
    .option('--warmup <n>', 'runs of the exercise that do not count', parseCount, 3)
    .option('--runs <n>', 'runs of the exercise that do', parseRuns, 5)
    .addOption(
      new Option('--exercise-timeout <duration>', 'how long one run may take')
        .argParser(parsePauseMs)
        .default(60_000, '60s'),
    )
    .option(
      '--ready <condition>',
      'of CMD: port:8080, log:PATTERN or file:PATH (default: it has calmed down)',
      parseReady,
    )
    .addOption(
      new Option('--ready-timeout <duration>', 'how long CMD may take to be ready')
        .argParser(parsePauseMs)
        .default(30_000, '30s'),
    )
    .option('--output <file>', 'where stdout and stderr of CMD go (default: stderr)')
    .option('--json', 'print the document fdleak.assertion/1')
    .addOption(new Option('--tap', 'print TAP').conflicts('json'))
    .addOption(new Option('--nagios', 'print a line for Nagios, and exit as its plugins do').conflicts(['json', 'tap']))
    .option('--junit <file>', 'write JUnit XML as well')
    .addOption(
      new Option('--report <format=file>', 'write a format to a file as well; repeatable').argParser(collectReport),
    )
    .option('--github', 'annotations and job summary for GitHub; by itself under GITHUB_ACTIONS')
    .option('--no-github', 'none')
    .option('-q, --quiet', 'print nothing where everything holds')
    .addOption(colorOption());
}
