import { toLinkedDescriptor } from '../descriptors.ts';
import type { SavedFormat } from '../format.ts';

/** No text has such a line but a listing of links. */
const LINK = /^\s*'?((?:socket|pipe):\[\d+\]|anon_inode:\S+)'?\s*$/;
const PATH = /^\s*'?(\/\S.*?)'?\s*$/;
/** `readlink /proc/7/fd/*`, `ls -l /proc/7/fd | awk '{print $NF}'`: paths count as links only under these. */
const COMMAND =
  /\/proc\/(?:\d+|self|\S*\$\S+)\/fd\b.*(?:readlink|awk|cut|sed)|readlink.*\/fd\b|\bfor\b.*\/fd\b.*readlink/;

/** Links without their numbers: `for f in /proc/7/fd/*; do readlink $f; done`. */
export const PROC_FD_LINKS: SavedFormat = {
  starts: (line, shown) => LINK.test(line) || (shown !== null && PATH.test(line) && COMMAND.test(shown.command)),
  continues: (line) => LINK.test(line) || PATH.test(line),
  isHeading: () => false,
  mayWrap: false,
  isLoose: true,
  isWeak: true,
  read: (lines, shown) => {
    const [pid = null, second] = shown?.pids ?? [];
    const rows = lines.flatMap(({ text }) => {
      const [, link] = LINK.exec(text) ?? PATH.exec(text) ?? [];
      return link === undefined ? [] : [toLinkedDescriptor(second === undefined ? pid : null, null, link)];
    });
    return {
      tool: 'proc-fd-listing',
      pids: pid === null || second !== undefined ? [] : [pid],
      partial: ['links alone, without the numbers of their descriptors'],
      ...(shown === null ? { isCut: true } : {}),
      content: { kind: 'descriptors', rows, commands: new Map(), users: new Map() },
    };
  },
};
