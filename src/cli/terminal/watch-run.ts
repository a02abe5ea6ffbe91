import { MetricsFile } from '../../app/watch/metrics-file.ts';
import { toNotifiers } from '../../app/watch/alert-notifiers.ts';
import { Pause } from '../../app/watch/pause.ts';
import type { SharedWatches } from '../../app/watch/shared-watches.ts';
import { watch, type Watched, type WatchRequest } from '../../app/watch/watch.ts';
import type { Target } from '../../core/model/target.ts';
import { renderMetrics } from '../../report/metrics/prometheus.ts';
import { escapeText } from '../../report/text/escape.ts';
import type { Paint } from '../../report/text/style.ts';
import { renderWatchSummary } from '../../report/watch/summary.ts';
import { TroubleTeller } from '../../report/watch/trouble.ts';
import type { Context } from '../context.ts';
import { EXIT, EXIT_OF_WATCH, type ExitCode } from '../exit-code.ts';
import { toWaysOut } from '../flags/alert-options.ts';
import type { WatchFlags } from '../flags/watch-options.ts';
import { toShow } from './watch-show.ts';

export interface WatchRun {
  readonly target: Target;
  /** What each line of one of several begins with; null where there is one. */
  readonly name: string | null;
  readonly flags: WatchFlags;
  readonly webhook: string | null;
  readonly format: 'screen' | 'plain' | 'ndjson';
  readonly paint: Paint;
  /** What all watches of this run share. */
  readonly shared: SharedWatches;
  /** Aborted where the user has had enough. */
  readonly interrupted: AbortSignal;
}

/** Watches one target from its first look to its summary, shown as the user wants it. */
export async function runWatch(run: WatchRun, context: Context): Promise<ExitCode> {
  const { target, name, flags, format, paint } = run;
  const quit = new AbortController();
  const interrupted = AbortSignal.any([run.interrupted, quit.signal]);
  const pause = new Pause(interrupted);
  let wantsLook = false;
  const show = toShow(format, {
    context,
    paint,
    name,
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
    if (format !== 'screen') context.fail(name === null ? line : `${name}: ${line}`);
  };
  const path = flags.metrics;
  const metrics = path === undefined ? null : new MetricsFile({ path, target, render: renderMetrics, say });
  const request: WatchRequest = {
    ...toSettings(target, flags),
    notifiers: toNotifiers({ ...toWaysOut(flags, run.webhook), say }),
    interrupted,
    shared: run.shared,
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
    const watched = await run.shared.join(() => watch(context.world, request));
    show.leave();
    return conclude(watched, run, context);
  } finally {
    show.leave();
    await metrics?.end();
  }
}

function toSettings(target: WatchRequest['target'], flags: WatchFlags) {
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
    stacks: flags.stacks,
    timing: { forMs: flags.for, renotifyMs: flags.renotify },
  };
}

function conclude(watched: Watched, { format, name, paint }: WatchRun, context: Context): ExitCode {
  if (watched.kind === 'refused') {
    context.fail(`cannot watch${name === null ? '' : ` ${name}`}: ${watched.because}`);
    for (const { pid, comm } of watched.matches) context.fail(`  ${pid} ${escapeText(comm)}`);
    return EXIT.cannotTell;
  }
  const { state, conclusion } = watched;
  const columns = context.isTerminal ? context.columns : Number.POSITIVE_INFINITY;
  const summary = renderWatchSummary(state, conclusion, { paint, columns });
  if (format !== 'ndjson') context.print(name === null ? summary : `${name}  ${summary}`);
  return state.alerts.some(({ severity }) => severity === 'critical') ? EXIT.found : EXIT_OF_WATCH[conclusion];
}

/** commander leaves `--history` undefined where neither it nor `--no-history` is given. */
function toHistory(flag: WatchFlags['history']): string | null | false {
  if (typeof flag === 'string') return flag;
  return flag === false ? false : null;
}
