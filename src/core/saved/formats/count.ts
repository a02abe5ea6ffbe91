import type { PartReading, SavedFormat } from '../format.ts';

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
    if (pid !== undefined) return toCountReading([Number(pid)], { descriptors: Number(ofProcess), sockets: null });
    const number = Number(metric ?? line.text);
    const counts =
      metric === undefined ? toCounts(number, shown?.command ?? '') : { descriptors: number, sockets: null };
    return toCountReading(shown?.pids ?? [], counts);
  },
};

export function toCountReading(pids: readonly number[], counts: Counts): PartReading {
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
