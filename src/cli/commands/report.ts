import { type Command, InvalidArgumentError, Option } from 'commander';
import { reportHistory, type ReportRequest } from '../../app/report-history.ts';
import { HISTORY_FORMATS, type HistoryFormat, renderHistory } from '../../report/history/formats.ts';
import { PLAIN, type Style } from '../../report/text/style.ts';
import { parseDuration } from '../../core/parse/duration.ts';
import type { ColorWhen, Context } from '../context.ts';
import { EXIT, EXIT_OF_WATCH, type ExitCode } from '../exit-code.ts';
import { colorOption } from '../flags/options.ts';

interface Flags {
  readonly format: HistoryFormat;
  readonly json?: true;
  readonly since?: NonNullable<ReportRequest['since']>;
  readonly descriptor?: string;
  readonly color: ColorWhen;
}

const EXAMPLES = `Examples:
  $ fdleak report ~/.local/state/fdleak/port-8080.db
  $ fdleak report port-8080.db --since 24h       the last day of it
  $ fdleak report port-8080.db --descriptor 42   what had this number, or inode
  $ fdleak report port-8080.db --json | jq .trends
`;

const AFTER = `
A history can be read while a watch is still writing it.

Exit status: 0 no leak established (what grows may be load), 1 a leak,
2 usage, 3 the history could not be read or is not enough to tell.`;

/** `fdleak report <history>`: what a watch saw. */
export function addReport(program: Command, context: Context): void {
  program
    .command('report')
    .summary('what a watch saw')
    .description('Shows what a watch saw: what grows and how fast, events, suspects and their lives, alerts.')
    .argument('<history>', 'the SQLite file that a watch wrote')
    .option('--since <when>', 'a duration before its end (24h), or a time (2026-11-22T19:00:00Z)', parseSince)
    .option('--descriptor <fd|inode>', 'show the life of one descriptor', parseDescriptor)
    .addOption(new Option('-f, --format <format>', 'output format').choices(HISTORY_FORMATS).default('table'))
    .option('--json', 'same as --format json')
    .addOption(colorOption())
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .action(async (path: string, flags: Flags) => context.exit(await runReport(path, flags, context)));
}

async function runReport(path: string, flags: Flags, context: Context): Promise<ExitCode> {
  const descriptor = flags.descriptor ?? null;
  const reported = await reportHistory(context.world, { path, since: flags.since ?? null, descriptor });
  if (reported.kind === 'fault') {
    context.fail(`cannot read the history ${path}: ${reported.because}`);
    return EXIT.cannotTell;
  }
  const { report, live } = reported;
  if (!live)
    context.fail('the newest samples may be missing: the log beside the file (-wal) cannot be opened by this user');
  const format = flags.json === true ? 'json' : flags.format;
  const style: Style = {
    paint: format === 'table' ? await context.paint(flags.color) : PLAIN,
    columns: context.columns,
    isTerminal: context.isTerminal,
    listDescriptors: false,
    explains: false,
    isQuiet: false,
    manyTargets: false,
  };
  const isOneLife = descriptor !== null && format === 'table';
  const pieces = isOneLife
    ? (await import('../../report/history/table.ts')).renderLives(report, style)
    : await renderHistory(format, report, style);
  for (const piece of pieces) context.print(piece);
  if (descriptor !== null) return report.suspects.length === 0 ? EXIT.cannotTell : EXIT.clean;
  const stands = report.alerts.some(({ severity, resolvedAt }) => severity === 'critical' && resolvedAt === null);
  return stands ? EXIT.found : EXIT_OF_WATCH[report.conclusion];
}

function parseSince(text: string): NonNullable<ReportRequest['since']> {
  const lastMs = parseDuration(text);
  if (lastMs !== undefined) return { lastMs };
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new InvalidArgumentError('Expected a duration (24h) or a time (2026-11-22T19:00:00Z).');
  return { at };
}

function parseDescriptor(text: string): string {
  if (!/^\d{1,20}$/.test(text)) throw new InvalidArgumentError('Expected a descriptor number or an inode.');
  return text;
}
