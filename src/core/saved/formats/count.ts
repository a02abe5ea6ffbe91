import type { PartReading, SavedFormat } from '../format.ts';
import type { ShownCommand } from '../prompt.ts';
import { toRefusal } from '../refusals.ts';

const NUMBER = /^\s*(\d{1,9})\s*$/;
/** A metric that says the same: `process_open_fds 1023`. */
const METRIC = /^process_open_fds(?:\{[^}]*\})?\s+(\d+(?:\.\d+)?(?:e\+?\d+)?)\s*$/;
/** `/proc/7 103` of a loop over processes that prints each with its count. */
const OF_PROCESS = /^\s*(?:\/proc\/)?(\d{1,7})(?:\/fd)?\/?:?\s+(\d{1,9})\s*$/;
const LOOPED = /\/proc\/.*\bfd\b.*\|\s*wc\b/;
const COUNTS = /\|\s*wc\b|\bgrep\s+(?:-\w*c|-c)|\|\s*(?:e|f)?grep\b.*\s-c\b/;
const FD_FOLDER = /\/proc\/\S+\/fd\b|\bls\b.*\bfd\b/;
const SOCKETS_ONLY = /\b(?:e|f)?grep\b[^|]*\b(?:sock|socket|socket:)/;
const FILTERED = /\b(?:e|f)?grep\b|\bawk\b|\bsed\b|\buniq\b/;

/** A number and the command that made it, `ls /proc/7/fd | wc -l`: how many are open, and nothing else. */
export const COUNT: SavedFormat = {
  starts: (line, shown) =>
    METRIC.test(line) ||
    (shown !== null &&
      ((NUMBER.test(line) && COUNTS.test(shown.command)) || (OF_PROCESS.test(line) && LOOPED.test(shown.command)))),
  continues: () => false,
  // Each line is a part of its own.
  isHeading: () => false,
  mayWrap: false,
  read: (lines, shown) => {
    const [line] = lines;
    if (line === undefined) return null;
    const [, metric] = METRIC.exec(line.text) ?? [];
    const [, pid, ofProcess] = OF_PROCESS.exec(line.text) ?? [];
    if (pid !== undefined) return toReading([Number(pid)], { descriptors: Number(ofProcess), sockets: null });
    const number = Number(metric ?? line.text);
    const counts =
      metric === undefined ? toCounts(number, shown?.command ?? '') : { descriptors: number, sockets: null };
    return toReading(shown?.pids ?? [], counts);
  },
};

/** Names alone, of `ls /proc/7/fd`: `0  1  10  11`. */
const NAMES = /^\s*\d{1,7}(?:\s+\d{1,7})*\s*$/;
const LISTS_NAMES = /\bls\b(?!.*\s-\w*[lsi])[^|]*\/proc\/(?:\d+|self)\/fd\/?\s*$/;

/** `ls /proc/7/fd`: which numbers are open, and nothing else. */
export const FD_NAMES: SavedFormat = {
  starts: (line, shown) => shown !== null && NAMES.test(line) && LISTS_NAMES.test(shown.command),
  continues: (line) => NAMES.test(line),
  isHeading: () => false,
  mayWrap: false,
  read: (lines, shown) => {
    const names = lines.flatMap(({ text }) => text.trim().split(/\s+/));
    return toReading(shown?.pids ?? [], { descriptors: new Set(names).size, sockets: null });
  },
};

function toReading(pids: readonly number[], counts: Counts): PartReading {
  const partial = ['numbers alone: no kinds, no sockets'];
  return { tool: 'count', pids, partial, content: { kind: 'count', ...counts } };
}

interface Counts {
  readonly descriptors: number | null;
  readonly sockets: number | null;
}

/** `ls -l` prints a line more than there are descriptors, `ls -la` three; lsof also lists the program and its libraries. */
function toCounts(number: number, command: string): Counts {
  if (SOCKETS_ONLY.test(command)) return { descriptors: null, sockets: number };
  if (FILTERED.test(command) || !FD_FOLDER.test(command)) return { descriptors: null, sockets: null };
  const [listing = ''] = command.split('|');
  const flags = [...listing.matchAll(/\s-([A-Za-z1]+)/g)].map(([, letters = '']) => letters).join('');
  const isAll = /[af]/.test(flags.replaceAll('fd', ''));
  const isLong = flags.includes('l') && !flags.includes('1');
  const extra = (isLong ? 1 : 0) + (isAll ? 2 : 0);
  return { descriptors: Math.max(0, number - extra), sockets: null };
}

const HISTOGRAM =
  /^\s*\d+\s+(?:ESTABLISHED|ESTAB|CLOSE[_-]WAIT|TIME[_-]WAIT|FIN[_-]WAIT[_-]?[12]|SYN[_-]\w+|LISTEN|LAST[_-]ACK|sock|IPv4|IPv6|unix|FIFO|REG|CHR|DIR|a_inode|socket|pipe|anon_inode\S*|TCP|TCPv6|UDP|protocol:.*|\/\S+.*|[A-Za-z][\w.-]*(?:\s+\d+)?)\s*$/;
const REVERSED =
  /^\s*(?:ESTABLISHED|ESTAB|CLOSE[_-]WAIT|TIME[_-]WAIT|FIN[_-]WAIT[_-]?[12]|SYN[_-]\w+|LISTEN|LAST[_-]ACK|CLOSING)[:=]?\s+\d+\s*$/;
const STATE_COUNT =
  /^\s*\d+\s+(?:ESTABLISHED|ESTAB|CLOSE[_-]WAIT|TIME[_-]WAIT|FIN[_-]WAIT[_-]?[12]|SYN[_-]\w+|LISTEN|LAST[_-]ACK|sock|IPv[46]|unix|FIFO|REG|CHR|DIR|a_inode|socket|pipe|anon_inode\S*|protocol:.*)\s*$/;
/** `12034 1234`: how many rows each pid has. */
const OF_NUMBERS = /^\s*\d+\s+\d+\s*$/;
const MADE_BY = /\buniq\s+-\w*c|\bsort\b.*\buniq\b|\bawk\b.*\+\+|\bcut\b.*\buniq\b/;

/** `… | sort | uniq -c`: how many of each, and neither of which process nor which descriptors. */
export const HISTOGRAM_FORMAT: SavedFormat = {
  isWeak: true,
  starts: (line, shown) =>
    STATE_COUNT.test(line) ||
    REVERSED.test(line) ||
    (shown !== null && MADE_BY.test(shown.command) && (HISTOGRAM.test(line) || OF_NUMBERS.test(line))),
  continues: (line) => HISTOGRAM.test(line) || REVERSED.test(line) || OF_NUMBERS.test(line),
  isHeading: () => false,
  mayWrap: false,
  read: (_lines: unknown, shown: ShownCommand | null) => ({
    ...toRefusal(
      'histogram',
      'a histogram: it shows how many of each there are, not which descriptors',
      'save the listing itself, before sort and uniq: lsof -nP -p PID, or ls -l /proc/PID/fd',
    ),
    pids: shown?.pids ?? [],
  }),
};
