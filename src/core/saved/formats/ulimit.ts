import type { Limit } from '../../model/limits.ts';
import type { SavedFormat } from '../format.ts';
import type { ShownCommand } from '../prompt.ts';
import { toLimitsReading } from './limits.ts';

/** `open files                      (-n) 1024`; of ksh and dash `nofiles(descriptors)  1024`, `nofile 1024`. */
const ULIMIT_ROW =
  /^\s*(?:-[a-z]:\s+)?([A-Za-z][A-Za-z0-9 /-]{0,60}?)\s{0,60}(?:\([a-zA-Z]+\)\s{1,60})?\((?:[a-z0-9 ]+, )?(?:-[a-zA-Z])?[a-z]*\)\s+(unlimited|\d+)\s*$/;
/** Of dash without a unit: they stand among the others. */
const ULIMIT_BARE =
  /^\s*(?:process|locks|rtprio|nofiles|swapsize|threads|pending signals|file locks)\s+(?:unlimited|\d+)\s*$/;
const ULIMIT_FILES = /^\s*(?:-n:\s+)?(?:open files|file descriptors|nofiles)\s*(?:\(.*?\))?\s+(unlimited|\d+)\s*$/;

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
    return {
      ...toLimitsReading('ulimit', lines.length, limits, null),
      partial: ['limits of a shell, not of the process'],
    };
  },
};

/** `ulimit -n` prints a number and nothing else. */
function isAnswer(line: string, shown: ShownCommand | null): boolean {
  return shown !== null && /\bulimit\s+-[HS]*n\s*$/.test(shown.command) && /^\s*(?:\d+|unlimited)\s*$/.test(line);
}

function toLimit(text: string): Limit {
  return text === 'unlimited' ? text : Number(text);
}
