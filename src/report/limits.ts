import type { LimitsReport } from '../core/model/limits-report.ts';
import { formatShare } from '../core/words/numbers.ts';

/** The limits of one process as lines of text; what is not known is `not known`. */
export function renderLimits(report: LimitsReport): string {
  const { limits, system, inotify, epoll, raised } = report;
  const percent = limits.utilization === null ? '' : ` (${formatShare(limits.utilization)})`;
  const rows: [what: string, value: string, note: string][] = [
    [
      'open descriptors',
      `${say(limits.open)}${percent}`,
      `highest number ${say(limits.highestFd)}, free below the soft limit ${say(limits.free)}`,
    ],
    ['soft limit', say(limits.soft), 'RLIMIT_NOFILE: at this number calls fail with EMFILE, "Too many open files"'],
    ['hard limit', say(limits.hard), 'the owner of the process may raise the soft limit to this'],
    ['table size (peak)', say(limits.peakTableSize), 'FDSize: grows with the highest number and never shrinks'],
    ['fs.nr_open', say(system.nrOpen), 'no hard limit can be above it'],
    ['fs.file-nr', `${say(system.openFiles)} of ${say(system.fileMax)}`, 'the whole machine; when full: ENFILE'],
    [
      'inotify instances',
      `${say(inotify.instances)} of ${say(inotify.maxUserInstances)}`,
      'quota per user, count of this process; when full: EMFILE',
    ],
    [
      'inotify watches',
      `${say(inotify.watches)} of ${say(inotify.maxUserWatches)}`,
      'quota per user, count of this process; when full: ENOSPC',
    ],
    [
      'epoll watches',
      `${say(epoll.watches)} of ${say(epoll.maxUserWatches)}`,
      `quota per user, ${say(epoll.sets)} epoll sets of this process; when full: ENOSPC`,
    ],
  ];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map(
    ([what, value, note]) => `  ${what.padEnd(widths[0] ?? 0)}  ${value.padStart(widths[1] ?? 0)}  ${note}`,
  );
  const change =
    raised === null
      ? []
      : [
          `  raised: soft ${say(raised.before.soft)} -> ${say(raised.after.soft)}, hard ${say(raised.before.hard)} -> ${say(raised.after.hard)}`,
        ];
  return [`${report.comm} (pid ${report.pid})`, ...change, ...lines, ''].join('\n');
}

function say(value: number | string | null): string {
  return value === null ? 'unknown' : String(value);
}
