import { isPrlimitHeading, parsePrlimitRow } from '../../parse/prlimit.ts';
import { parseLimitsRow } from '../../parse/proc-limits.ts';
import type { SavedFormat, PartReading } from '../format.ts';
import type { SavedLimits, SavedTool } from '../part.ts';
import type { ShownCommand } from '../prompt.ts';
import { toRefusal } from '../refusals.ts';

const LIMITS_HEADING = /^Limit\s+Soft Limit\s+Hard Limit\s+Units\s*$/;
/** `Max open files            65536                1048576              files`; a cut one is part of it as well. */
const LIMITS_ROW = /^\s*Max (?:[a-z][a-z /-]+(?:\s{2,}|$)|[a-z ]+\s(?:unlimited|\d+)\s)/;

/** `/proc/<pid>/limits`. */
export const PROC_LIMITS: SavedFormat = {
  starts: (line) => LIMITS_HEADING.test(line) || LIMITS_ROW.test(line),
  continues: (line) => LIMITS_ROW.test(line),
  isHeading: (line) => LIMITS_HEADING.test(line),
  mayWrap: false,
  read: (lines, shown) => {
    const rows = lines.filter(({ text }) => !LIMITS_HEADING.test(text));
    const files = rows.map(({ text }) => parseLimitsRow(text)).find((row) => row?.name === 'Max open files');
    if (rows.length === 0) return null;
    return toLimitsReading('proc-limits', rows.length, { soft: files?.soft ?? null, hard: files?.hard ?? null }, shown);
  },
};

/** `prlimit --pid N`, of any version and with any columns. */
export const PRLIMIT: SavedFormat = {
  starts: (line) => isPrlimitHeading(line) || parsePrlimitRow(line) !== null,
  continues: (line) => parsePrlimitRow(line) !== null,
  isHeading: isPrlimitHeading,
  mayWrap: false,
  read: (lines, shown) => {
    const rows = lines.flatMap(({ text }) => (isPrlimitHeading(text) ? [] : (parsePrlimitRow(text) ?? [])));
    const files = rows.find(({ resource }) => resource === 'NOFILE');
    if (rows.length === 0) return null;
    return toLimitsReading('prlimit', rows.length, { soft: files?.soft ?? null, hard: files?.hard ?? null }, shown);
  },
};

const NAMELESS = /^\s*(?:(?:SOFT|HARD|UNITS)\s*){1,3}$/;

/** `prlimit -o SOFT,HARD`: numbers that do not say of which limit. */
export const PRLIMIT_NAMELESS: SavedFormat = {
  starts: (line) => NAMELESS.test(line),
  continues: (line) => /^\s*(?:unlimited|\d+)(?:\s+(?:unlimited|\d+))?(?:\s+[a-z]+)?\s*$/.test(line),
  isHeading: (line) => NAMELESS.test(line),
  mayWrap: false,
  read: () =>
    toRefusal(
      'prlimit',
      'prlimit without its column RESOURCE: which limits these are is not shown',
      'save it with it: prlimit --pid PID, or cat /proc/PID/limits',
    ),
};

export function toLimitsReading(
  tool: SavedTool,
  rows: number,
  limits: SavedLimits,
  shown: ShownCommand | null,
): PartReading {
  return { tool, pids: shown?.pids ?? [], partial: [], content: { kind: 'limits', rows, limits } };
}
