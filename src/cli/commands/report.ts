import { type Command, InvalidArgumentError, Option } from 'commander';
import { writeReport } from '../../app/assert/write-report.ts';
import { findHistory } from '../../app/find-history.ts';
import { reportHistory, type ReportRequest } from '../../app/report-history.ts';
import { HISTORY_FORMATS, type HistoryFormat, renderHistory } from '../../report/history/formats.ts';
import { EXPORT_FORMATS, type ExportFormat, renderSamples } from '../../report/history/samples.ts';
import type { HistoryReport } from '../../core/model/report.ts';
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
  readonly html?: string;
  readonly export?: ExportFormat;
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
    .argument('[history]', 'the SQLite file that a watch wrote, or a pid; default: the latest')
    .option('--since <when>', 'a duration before its end (24h), or a time (2026-11-22T19:00:00Z)', parseSince)
    .option('--descriptor <fd|inode>', 'show the life of one descriptor', parseDescriptor)
    .addOption(new Option('-f, --format <format>', 'output format').choices(HISTORY_FORMATS).default('table'))
    .option('--json', 'same as --format json')
    .option('--html <file>', 'write one HTML file with charts, to open or to send')
    .addOption(new Option('--export <format>', 'every sample, one per line').choices(EXPORT_FORMATS))
    .addOption(colorOption())
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .action(async (meant: string | undefined, flags: Flags) => context.exit(await runReport(meant, flags, context)));
}

async function runReport(meant: string | undefined, flags: Flags, context: Context): Promise<ExitCode> {
  const found = findHistory(meant ?? null, process.env);
  if (found.kind === 'none') {
    context.fail(found.because);
    return EXIT.cannotTell;
  }
  const { path } = found;
  const { descriptor = null, since = null } = flags;
  const reported = await reportHistory(context.world, { path, since, descriptor });
  if (reported.kind === 'fault') {
    context.fail(`cannot read the history ${path}: ${reported.because}`);
    return EXIT.cannotTell;
  }
  const { report, live } = reported;
  if (!live)
    context.fail('the newest samples may be missing: the log beside the file (-wal) cannot be opened by this user');
  if (flags.export !== undefined) {
    for (const line of renderSamples(flags.export, reported.samples)) context.print(line);
    return exitOf(report);
  }
  if (flags.html !== undefined) return await writePage(report, flags.html, context);
  return await showReport(report, flags, context);
}

async function showReport(report: HistoryReport, flags: Flags, context: Context): Promise<ExitCode> {
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
  const isOneLife = flags.descriptor !== undefined && format === 'table';
  const pieces = isOneLife
    ? (await import('../../report/history/table.ts')).renderLives(report, style)
    : await renderHistory(format, report, style);
  for (const piece of pieces) {
    context.print(piece);
    await context.written();
  }
  if (flags.descriptor !== undefined) return report.suspects.length === 0 ? EXIT.cannotTell : EXIT.clean;
  return exitOf(report);
}

/** A critical alert that stands never ends in 0. */
function exitOf({ alerts, conclusion }: HistoryReport): ExitCode {
  const stands = alerts.some(({ severity, resolvedAt }) => severity === 'critical' && resolvedAt === null);
  return stands ? EXIT.found : EXIT_OF_WATCH[conclusion];
}

async function writePage(report: HistoryReport, file: string, context: Context): Promise<ExitCode> {
  const { renderHistoryHtml } = await import('../../report/history/html.ts');
  const { toPageAssets } = await import('../../app/page-assets.ts');
  const written = writeReport(file, [...renderHistoryHtml(report, toPageAssets(context.chartFile))].join(''));
  context.fail(written === null ? `written: ${file}` : `cannot write ${file}: ${written}`);
  return written === null ? exitOf(report) : EXIT.cannotTell;
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
