import type { SavedFormat } from '../format.ts';
import type { ShownCommand } from '../prompt.ts';
import { toRefusal } from '../refusals.ts';

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
