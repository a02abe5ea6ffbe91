import type { SavedFormat } from '../format.ts';
import { BUSYBOX_LSOF } from './busybox-lsof.ts';
import { COUNT } from './count.ts';
import { FD_NAMES } from './fd-names.ts';
import { HISTOGRAM_FORMAT } from './histogram.ts';
import { FOREIGN_FORMATS, STRACE } from './foreign.ts';
import { CSV } from './csv.ts';
import { PROC_LIMITS, PRLIMIT, PRLIMIT_NAMELESS } from './limits.ts';
import { ULIMIT } from './ulimit.ts';
import { LSFD } from './lsfd.ts';
import { LSOF_FIELD_FORMAT, LSOF_TABLE_FORMAT } from './lsof.ts';
import { NETSTAT } from './netstat.ts';
import { PROC_FD_LISTING } from './proc-fd-listing.ts';
import { PROC_FD_LINKS } from './proc-fd-links.ts';
import { PROC_NET } from './proc-net.ts';
import { PROC_FDINFO, PROC_STAT, PROC_STATUS } from './proc.ts';
import { FILE_NR_FORMAT, SS_SUMMARY } from './ss-summary.ts';
import { SS } from './ss.ts';
import { GOROUTINE_DUMP, STACK_FORMATS } from './stacks.ts';
import { VALGRIND } from './valgrind.ts';

/** Every format of lines, those whose rows are surest first. */
export const SAVED_FORMATS: readonly SavedFormat[] = [
  COUNT,
  FD_NAMES,
  PROC_FD_LISTING,
  NETSTAT,
  SS,
  PROC_NET,
  ...FOREIGN_FORMATS,
  CSV,
  LSFD,
  ...STACK_FORMATS,
  PROC_LIMITS,
  PRLIMIT,
  PRLIMIT_NAMELESS,
  ULIMIT,
  VALGRIND,
  SS_SUMMARY,
  FILE_NR_FORMAT,
  PROC_STATUS,
  PROC_STAT,
  PROC_FDINFO,
  HISTOGRAM_FORMAT,
  LSOF_FIELD_FORMAT,
  LSOF_TABLE_FORMAT,
  BUSYBOX_LSOF,
  PROC_FD_LINKS,
];

/** Formats that begin with a word, a sign or a number of their own: one test tells most lines from all of them. */
const RARE: ReadonlySet<SavedFormat> = new Set([
  ...FOREIGN_FORMATS.filter((format) => format !== STRACE),
  CSV,
  PROC_LIMITS,
  PRLIMIT,
  PRLIMIT_NAMELESS,
  VALGRIND,
  SS_SUMMARY,
  FILE_NR_FORMAT,
  PROC_STATUS,
  PROC_STAT,
  LSOF_FIELD_FORMAT,
  ...STACK_FORMATS.filter((format) => format !== GOROUTINE_DUMP),
]);
const MAY_BE_RARE =
  /^(?:\s*(?:"?[A-Za-z]+"?\s?[,;]|PID\s|USER\s|Max |SOFT|HARD|UNITS|Current rlimit|\d+ : st=)|[A-Z]{2,}\s|Limit\s|Name:|Total:|sockets: |[A-Z]+6?: inuse|fs\.|p\d|==|\/|\d+(?:\/| \(|\s+0\s|:\s*Full)|\s*Full|Thread|\[|TID|Current|goroutine|Process|")/;
const COMMON = SAVED_FORMATS.filter((format) => !RARE.has(format));

/** The formats that a line may begin, in their order. */
export function formatsOf(line: string): readonly SavedFormat[] {
  return MAY_BE_RARE.test(line) ? SAVED_FORMATS : COMMON;
}
