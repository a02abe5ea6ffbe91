import { type Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { MetricsFile } from '../../app/watch/metrics-file.ts';
import { toNotifiers } from '../../app/watch/alert-notifiers.ts';
import { readWebhook } from '../../app/watch/read-webhook.ts';
import { Pause } from '../../app/watch/pause.ts';
import { watch, type Watched, type WatchRequest } from '../../app/watch/watch.ts';
import { escapeText } from '../../report/text/escape.ts';
import { type Paint, PLAIN } from '../../report/text/style.ts';
import { renderMetrics } from '../../report/metrics/prometheus.ts';
import { toShow } from '../terminal/watch-show.ts';
import { TroubleTeller } from '../../report/watch/trouble.ts';
import { renderWatchSummary } from '../../report/watch/summary.ts';
import type { ColorWhen, Context } from '../context.ts';
import { EXIT, EXIT_OF_WATCH, type ExitCode } from '../exit-code.ts';
import { addAlertOptions, type AlertFlags, toWaysOut } from '../flags/alert-options.ts';
import { colorOption, parsePauseMs, parsePid } from '../flags/options.ts';
import { parseCount, parseInterval } from '../flags/watch-options.ts';
import { addTargetOptions, parseLongDuration, type TargetFlags, toTarget } from '../flags/target-options.ts';

interface Flags extends TargetFlags, AlertFlags {
  readonly interval: number;
  readonly duration?: number;
  readonly samples?: number;
  readonly follow?: boolean;
  readonly children?: true;
  /** undefined or true: the usual file; false: none. */
  readonly history?: string | boolean;
  readonly retain: number;
  readonly orphanAge: number;
  readonly metrics?: string;
  readonly format: 'auto' | 'screen' | 'plain' | 'ndjson';
  readonly json?: true;
  readonly logEvery: number;
  readonly quiet?: true;
  readonly color: ColorWhen;
}

const EXAMPLES = `Examples:
  $ fdleak watch 4242                           until Ctrl-C, then a verdict
  $ fdleak watch --unit nginx --duration 48h    across restarts
  $ fdleak watch --port 8080 --exec /etc/fdleak/notify
  $ fdleak watch 4242 --format ndjson | jq .open
  $ fdleak report ~/.local/state/fdleak/port-8080.db
`;

const AFTER = `
Exit status: 0 no leak established (what grows may be load), 1 a leak,
2 usage, 3 could not observe, or the dead sockets are younger than
--orphan-age.`;

/** `fdleak watch <target>`: days of looks, a history, trends, alerts; at the end what was established. */
export function addWatch(program: Command, context: Context): void {
  const command = program
    .command('watch')
    .summary('what grows over days, how fast, until when')
    .description('Watches a process for days: what grows, how fast, since when, and when it reaches the limit.')
    .argument('[pid]', 'process to watch', parsePid);
  addTargetOptions(command.optionsGroup('Process:'))
    .option('--follow', 'follow the process across restarts (the default unless a pid is given)')
    .option('--no-follow', 'stop when the process ends')
    .option('--children', 'include its descendants')
    .optionsGroup('How often and how long:')
    .addOption(
      new Option('--interval <duration>', 'time between looks').argParser(parseInterval).default(10_000, '10s'),
    )
    .option('--duration <duration>', 'stop after this long', parseLongDuration)
    .option('--samples <n>', 'stop after this many looks', parseCount)
    .optionsGroup('History:')
    .option('--history <path>', 'SQLite file to write, instead of the default')
    .option('--no-history', 'write no history')
    .addOption(
      new Option('--retain <duration>', 'how long to keep every sample; ten-minute values are kept for 400 days')
        .argParser(parseLongDuration)
        .default(7 * 86_400_000, '7d'),
    )
    .optionsGroup('Alerts:')
    .addOption(
      new Option('--orphan-age <duration>', 'a dead socket kept this long is a leak')
        .argParser(parseLongDuration)
        .default(600_000, '10m'),
    );
  addAlertOptions(command)
    .optionsGroup('Output:')
    .addOption(
      new Option('-f, --format <format>', 'output format')
        .choices(['auto', 'screen', 'plain', 'ndjson'])
        .default('auto'),
    )
    .option('--json', 'same as --format ndjson')
    .option('--metrics <path>', 'write each look for node_exporter: a .prom file, or its folder')
    .addOption(
      new Option('--log-every <duration>', 'plain: print a line at least this often')
        .argParser(parsePauseMs)
        .default(600_000, '10m'),
    )
    .option('-q, --quiet', 'plain: print the summary only')
    .addOption(colorOption())
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .action(async (pid: number | undefined, flags: Flags) => context.exit(await runWatch(pid, flags, context)));
}

async function runWatch(pid: number | undefined, flags: Flags, context: Context): Promise<ExitCode> {
  const target = await toTargetOrUsage(pid, flags, context);
  const webhook = readWebhook(flags.webhook ?? null, flags.webhookFile ?? null);
  if (webhook.kind === 'refused') {
    context.fail(webhook.because);
    return EXIT.cannotTell;
  }
  const wanted = flags.json === true ? 'ndjson' : flags.format;
  const format = wanted === 'auto' ? (context.isTerminal && flags.quiet !== true ? 'screen' : 'plain') : wanted;
  const paint = format === 'ndjson' ? PLAIN : await context.paint(flags.color);
  const quit = new AbortController();
  const interrupted = AbortSignal.any([context.interrupted(), quit.signal]);
  const pause = new Pause(interrupted);
  let wantsLook = false;
  const show = toShow(format, {
    context,
    paint,
    logEveryMs: flags.logEvery,
    isQuiet: flags.quiet === true,
    onQuit: () => quit.abort(),
    onLook: () => {
      wantsLook = true;
      pause.wake();
    },
  });
  const trouble = new TroubleTeller();
  const say = (line: string): void => {
    if (format !== 'screen') context.fail(line);
  };
  const path = flags.metrics;
  const metrics = path === undefined ? null : new MetricsFile({ path, target, render: renderMetrics, say });
  const request: WatchRequest = {
    ...toSettings(target, flags),
    notifiers: toNotifiers({ ...toWaysOut(flags, webhook.url), say }),
    interrupted,
    pause: (ms) => pause.wait(ms),
    takeLookWish: () => {
      const did = wantsLook;
      wantsLook = false;
      return did;
    },
    onTick: (report) => {
      const news = trouble.news(report.state.history);
      if (news !== null) say(news);
      show.tell(report);
      metrics?.tell(report.state);
    },
    say,
  };
  try {
    return conclude(await watch(context.world, request), {
      isNdjson: format === 'ndjson',
      leave: show.leave,
      context,
      paint,
    });
  } finally {
    show.leave();
    await metrics?.end();
  }
}

function toSettings(target: WatchRequest['target'], flags: Flags) {
  return {
    target,
    follow: flags.follow ?? target.by !== 'pid',
    children: flags.children === true,
    intervalMs: flags.interval,
    durationMs: flags.duration ?? null,
    samples: flags.samples ?? null,
    orphanAgeMs: flags.orphanAge,
    history: toHistory(flags.history),
    retainMs: flags.retain,
    timing: { forMs: flags.for, renotifyMs: flags.renotify },
  };
}

interface Ending {
  readonly isNdjson: boolean;
  readonly leave: () => void;
  readonly context: Context;
  readonly paint: Paint;
}

function conclude(watched: Watched, { isNdjson, leave, context, paint }: Ending): ExitCode {
  leave();
  if (watched.kind === 'refused') {
    context.fail(`cannot watch: ${watched.because}`);
    for (const { pid, comm } of watched.matches) context.fail(`  ${pid} ${escapeText(comm)}`);
    return EXIT.cannotTell;
  }
  const { state, conclusion } = watched;
  const columns = context.isTerminal ? context.columns : Number.POSITIVE_INFINITY;
  if (!isNdjson) context.print(renderWatchSummary(state, conclusion, { paint, columns }));
  return state.alerts.some(({ severity }) => severity === 'critical') ? EXIT.found : EXIT_OF_WATCH[conclusion];
}

async function toTargetOrUsage(pid: number | undefined, flags: Flags, context: Context): ReturnType<typeof toTarget> {
  try {
    return await toTarget(pid, flags);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    context.fail(error.message);
    throw new CommanderError(EXIT.usage, 'fdleak.target', error.message);
  }
}

/** commander leaves `--history` undefined where neither it nor `--no-history` is given. */
function toHistory(flag: Flags['history']): string | null | false {
  if (typeof flag === 'string') return flag;
  return flag === false ? false : null;
}
