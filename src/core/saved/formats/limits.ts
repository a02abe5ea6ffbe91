import type { Limit } from '../../model/limits.ts';
import { isPrlimitHeading, parsePrlimitRow } from '../../parse/prlimit.ts';
import { parseLimitsRow } from '../../parse/proc-limits.ts';
import type { SavedFormat, PartReading } from '../format.ts';
import type { SavedLimits, SavedTool } from '../part.ts';
import type { ShownCommand } from '../prompt.ts';
import { toRefusal } from '../refusals.ts';

const LIMITS_HEADING = /^Limit\s+Soft Limit\s+Hard Limit\s+Units\s*$/;
/** `Max open files            65536                1048576              files`; a cut one is part of it as well. */
const LIMITS_ROW = /^\s*Max (?:[a-z][a-z /-]+(?:\s{2,}|$)|[a-z ]+\s(?:unlimited|\d+)\s)/;
/** `open files                      (-n) 1024`; of ksh and dash `nofiles(descriptors)  1024`, `nofile 1024`. */
const ULIMIT_ROW =
  /^\s*(?:-[a-z]:\s+)?([A-Za-z][A-Za-z0-9 /-]{0,60}?)\s{0,60}(?:\([a-zA-Z]+\)\s{1,60})?\((?:[a-z0-9 ]+, )?(?:-[a-zA-Z])?[a-z]*\)\s+(unlimited|\d+)\s*$/;
/** Of dash without a unit: they stand among the others. */
const ULIMIT_BARE =
  /^\s*(?:process|locks|rtprio|nofiles|swapsize|threads|pending signals|file locks)\s+(?:unlimited|\d+)\s*$/;
const ULIMIT_FILES = /^\s*(?:-n:\s+)?(?:open files|file descriptors|nofiles)\s*(?:\(.*?\))?\s+(unlimited|\d+)\s*$/;

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
    return toReading('proc-limits', rows.length, { soft: files?.soft ?? null, hard: files?.hard ?? null }, shown);
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
    return toReading('prlimit', rows.length, { soft: files?.soft ?? null, hard: files?.hard ?? null }, shown);
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

/** `ulimit -a` of a shell: its own limits, those of what it starts from now on. */
export const ULIMIT: SavedFormat = {
  starts: (line, shown) => ULIMIT_ROW.test(line) || ULIMIT_FILES.test(line) || isAnswer(line, shown),
  continues: (line) => ULIMIT_ROW.test(line) || ULIMIT_FILES.test(line) || ULIMIT_BARE.test(line),
  isHeading: () => false,
  mayWrap: false,
  read: (lines, shown) => {
    const [answer] = lines;
    const files = lines.map(({ text }) => ULIMIT_FILES.exec(text)?.[1]).find((value) => value !== undefined);
    const value = answer !== undefined && isAnswer(answer.text, shown) ? answer.text.trim() : files;
    const limit = value === undefined ? null : toLimit(value);
    const isHard = /-\w*H/.test(shown?.command ?? '');
    const limits = isHard ? { soft: null, hard: limit } : { soft: limit, hard: null };
    return { ...toReading('ulimit', lines.length, limits, null), partial: ['limits of a shell, not of the process'] };
  },
};

/** `ulimit -n` prints a number and nothing else. */
function isAnswer(line: string, shown: ShownCommand | null): boolean {
  return shown !== null && /\bulimit\s+-[HS]*n\s*$/.test(shown.command) && /^\s*(?:\d+|unlimited)\s*$/.test(line);
}

function toLimit(text: string): Limit {
  return text === 'unlimited' ? text : Number(text);
}

function toReading(tool: SavedTool, rows: number, limits: SavedLimits, shown: ShownCommand | null): PartReading {
  return { tool, pids: shown?.pids ?? [], partial: [], content: { kind: 'limits', rows, limits } };
}
