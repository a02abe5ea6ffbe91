import type { SavedFormat } from '../format.ts';
import { toCountReading } from './count.ts';

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
    return toCountReading(shown?.pids ?? [], { descriptors: new Set(names).size, sockets: null });
  },
};
