import { type Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { formatTarget } from '../../app/find-target.ts';
import { readWebhook } from '../../app/watch/read-webhook.ts';
import { SharedWatches } from '../../app/watch/shared-watches.ts';
import type { Target } from '../../core/model/target.ts';
import { PLAIN } from '../../report/text/style.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, worstOf } from '../exit-code.ts';
import { addAlertOptions } from '../flags/alert-options.ts';
import { colorOption, repeatableOption } from '../flags/options.ts';
import { collectPid } from '../flags/pid.ts';
import { addTargetOptions, toTarget } from '../flags/target-options.ts';
import { parseCount, parseInterval, type WatchFlags } from '../flags/watch-options.ts';
import { watchEach } from '../terminal/watch-each.ts';
import { runWatch } from '../terminal/watch-run.ts';
import { durationOption, parseLongDuration } from '../flags/durations.ts';

const EXAMPLES = `Examples:
  $ fdleak watch 4242                           until Ctrl-C, then a verdict
  $ fdleak watch --unit nginx --duration 48h    across restarts
  $ fdleak watch 4242 4250                      two at once
  $ fdleak watch --name '^worker' --each        all that match, each on its own
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
    .argument('[pid...]', 'processes to watch', collectPid);
  addTargetOptions(command.optionsGroup('Process:'))
    .option('--follow', 'follow the process across restarts (the default unless a pid is given)')
    .option('--no-follow', 'stop when the process ends')
    .option('--children', 'include its descendants')
    .option('--each', 'watch every process that matches, also later ones, each on its own')
    .optionsGroup('How often and how long:')
    .addOption(durationOption('--interval <duration>', 'time between looks', '10s', parseInterval))
    .option('--duration <duration>', 'stop after this long', parseLongDuration)
    .option('--samples <n>', 'stop after this many looks', parseCount)
    .optionsGroup('History:')
    .option('--history <path>', 'SQLite file to write, instead of the default')
    .option('--no-history', 'write no history')
    .addOption(
      durationOption(
        '--retain <duration>',
        'how long to keep every sample; ten-minute values are kept for 400 days',
        '7d',
        parseLongDuration,
      ),
    )
    .optionsGroup('Alerts:')
    .addOption(
      durationOption('--orphan-age <duration>', 'a dead socket kept this long is a leak', '10m', parseLongDuration),
    );
  addAlertOptions(command)
    .addOption(
      repeatableOption(
        '--stacks <source>',
        'add to the evidence of an alert who holds them: stacks in a file or at an http URL',
      ),
    )
    .optionsGroup('Output:')
    .addOption(
      new Option('-f, --format <format>', 'output format')
        .choices(['auto', 'screen', 'plain', 'ndjson'])
        .default('auto'),
    )
    .option('--json', 'same as --format ndjson')
    .option('--metrics <path>', 'write each look for node_exporter: a .prom file, or its folder')
    .addOption(durationOption('--log-every <duration>', 'plain: print a line at least this often', '10m'))
    .option('-q, --quiet', 'plain: print the summary only')
    .addOption(colorOption())
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .action(async (pids: readonly number[], flags: WatchFlags) => context.exit(await runAll(pids, flags, context)));
}

async function runAll(pids: readonly number[], flags: WatchFlags, context: Context): Promise<ExitCode> {
  const targets = await toTargetsOrUsage(pids, flags, context);
  const isOne = targets.length === 1 && flags.each !== true;
  if (!isOne) refuseForMany(flags, context);
  if (!(await mayReadStacks(flags.stacks, context))) return EXIT.usage;
  const webhook = readWebhook(flags.webhook ?? null, flags.webhookFile ?? null);
  if (webhook.kind === 'refused') {
    context.fail(webhook.because);
    return EXIT.cannotTell;
  }
  const wanted = flags.json === true ? 'ndjson' : flags.format;
  const isScreen = context.canRedraw && flags.quiet !== true && isOne;
  const format = wanted === 'auto' ? (isScreen ? 'screen' : 'plain') : wanted;
  const paint = format === 'ndjson' ? PLAIN : await context.paint(flags.color);
  const shared = new SharedWatches(context.world.clock, { isOfMany: !isOne, intervalMs: flags.interval });
  const run = { flags, webhook: webhook.url, format, paint, shared, interrupted: context.interrupted() };
  const [first] = targets;
  if (flags.each === true && first !== undefined) return await watchEach(first, run, context);
  // They take turns: a look is over before the next begins, and all pauses run side by side.
  const codes = targets.map((target) =>
    runWatch({ ...run, target, name: isOne ? null : toShortName(target) }, context),
  );
  return worstOf(await Promise.all(codes));
}

/** What cannot be read is said before days have passed. */
async function mayReadStacks(names: readonly string[], context: Context): Promise<boolean> {
  if (names.length === 0) return true;
  if (names.includes('auto')) {
    context.fail('--stacks auto is for inspect: a watch connects to what you name. Next: name the URL.');
    return false;
  }
  const { readStackSources } = await import('../../app/inspect/stack-sources.ts');
  const read = await readStackSources(names);
  if (read.kind === 'refused') context.fail(`cannot read stacks: ${read.because}. Next: ${read.remedy}.`);
  return read.kind === 'read';
}

function toShortName(target: Target): string {
  return target.by === 'pid' ? `${target.pid}` : formatTarget(target);
}

/** What has room for one process. */
function refuseForMany(flags: WatchFlags, context: Context): void {
  const one = [
    typeof flags.history === 'string' ? '--history' : null,
    flags.metrics === undefined ? null : '--metrics',
    flags.stacks.length === 0 ? null : '--stacks',
    flags.format === 'screen' ? '--format screen' : null,
  ].find((option) => option !== null);
  if (one === undefined) return;
  const because = `${one} is for one process`;
  context.fail(because);
  throw new CommanderError(EXIT.usage, 'fdleak.target', because);
}

async function toTargetsOrUsage(pids: readonly number[], flags: WatchFlags, context: Context): Promise<Target[]> {
  try {
    if (pids.length > 1) {
      for (const pid of pids) await toTarget(pid, flags);
      return [...new Set(pids)].map((pid) => ({ by: 'pid', pid }));
    }
    return [await toTarget(pids[0], flags)];
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    context.fail(error.message);
    throw new CommanderError(EXIT.usage, 'fdleak.target', error.message);
  }
}
