import { toLinkedDescriptor } from '../descriptors.ts';
import { pidsOf } from '../pids.ts';
import type { SavedFormat } from '../format.ts';
import type { SavedDescriptor } from '../part.ts';
import type { ShownCommand } from '../prompt.ts';

/** `lrwx------. 1 root root 64 Nov 25 09:41 10 -> 'socket:[323702]'`, in any language, with `-i`, `-Z`, `-n`, full paths. */
const ROW =
  /^\s*(?:\d+\s+){0,2}l[-rwxsStT?]{9}[.+@]?\s.*?(?:^|\s|['"])(?:\.\/|\/proc\/(\d+|self)(?:\/task\/\d+)?\/fd\/)?(\d{1,7})['"]?\s+->\s+(\S.*?)\s*$/;
/** A link that could not be read has no arrow: it vanished, or permission was denied. */
const UNREAD = /^\s*(?:\d+\s+){0,2}l[-rwxsStT?]{9}[.+@]?\s.*\s(\d{1,7})\s*$/;
/** `.`, `..` and whatever is not a link: part of the listing of a folder. */
const FOLDER = /^\s*(?:\d+\s+){0,2}d[-rwxsStT]{9}[.+@]?\s.*\s(?:\.{1,2}\/?|\/proc\/\d+\/fd\/?)\s*$/;
/** `total 0` in the languages of coreutils. */
const TOTAL =
  /^(?:totaal|усяго|общо|total|celkem|totalt|insgesamt|σύνολο|totalo|kokku|guztira|yhteensä|iomlán|sveukupno|összesen|totale|合計|합계|omugatte|viso|jumlah|razem|итого|celkom|skupno|укупно|toplam|загалом|tổng|总计|总用量|總用量|總計)\s\d+[KMG]?\s*$/i;
const FOLDER_NAME = /^\/proc\/(\d+|self)(?:\/task\/\d+)?\/fd\/?:\s*$/;
/** `stat -c %N`, `find -printf`, without modes: `/proc/7/fd/3 -> socket:[1]`, `'/proc/7/fd/3' -> 'socket:[1]'`. */
const BARE =
  /^\s*(?:File: )?['"]?(?:\.\/|\/proc\/(\d+|self)(?:\/task\/\d+)?\/fd\/)?(\d{1,7})['"]?\s+->\s+(['"]?(?:socket|pipe|anon_inode|net|mnt|user|pid|ipc|uts|cgroup|time):\S+|['"]?\/\S.*?)\s*$/;
/** What stat(1) prints below the name. */
const STAT_REST =
  /^\s*(?:Size: \d+\s+Blocks: \d|Device: \S+\s+Inode: |Access: (?:\(|\d{4}-)|Modify: \d{4}-|Change: \d{4}-|Birth: )/;
const KNOWN = /^(?:socket|pipe|anon_inode|\/|net|mnt|user|pid|ipc|uts|cgroup|time|\(unreachable\))/;

/** `ls -l /proc/<pid>/fd`: GNU and busybox, quoted, coloured, filtered. The pid is in its command, if anywhere. */
export const PROC_FD_LISTING: SavedFormat = {
  starts: (line) =>
    isRow(line) || FOLDER_NAME.test(line) || TOTAL.test(line) || (line.includes('/fd') && FOLDER.test(line)),
  continues: (line) => isRow(line) || UNREAD.test(line) || FOLDER.test(line) || STAT_REST.test(line),
  isHeading: (line) => TOTAL.test(line) || FOLDER_NAME.test(line),
  ownerOf: () => '',
  mayWrap: true,
  read: (lines, shown) => {
    const rows: SavedDescriptor[] = [];
    const commands = new Map<number, string>();
    let pid = onlyPid(shown);
    let unread = 0;
    for (const { text } of lines) {
      const [, folder] = FOLDER_NAME.exec(text) ?? [];
      if (folder !== undefined) pid = toPid(folder);
      const row = toRow(text, pid);
      if (row !== null) rows.push(row);
      else if (UNREAD.test(text)) unread += 1;
    }
    if (rows.length === 0 && unread === 0) return null;
    return {
      tool: 'proc-fd-listing',
      pids: pidsOf(rows),
      partial: unread === 0 ? [] : [`${unread} links could not be read`],
      ...(unread === 0 ? {} : { isCut: true }),
      content: { kind: 'descriptors', rows, commands, users: new Map() },
    };
  },
};

function toRow(line: string, pid: number | null): SavedDescriptor | null {
  const [, owner, fd, link = ''] = ROW.exec(line) ?? BARE.exec(line) ?? [];
  return fd === undefined ? null : toLinkedDescriptor(toPid(owner) ?? pid, Number(fd), toTarget(link));
}

/** The pid that the command names, unless it names several. */
function onlyPid(shown: ShownCommand | null): number | null {
  const [first = null, second] = shown?.pids ?? [];
  return second === undefined ? first : null;
}

function isRow(line: string): boolean {
  if (!line.includes('->')) return false;
  const [, , , link] = ROW.exec(line) ?? BARE.exec(line) ?? [];
  return link !== undefined && KNOWN.test(toTarget(link));
}

/** `'socket:[1]'` -> `socket:[1]`; with `-F` a link to a socket may end in `=`. */
function toTarget(link: string): string {
  const quoted =
    /^'(.*)'[=|*]?$/.exec(link) ?? /^"(.*)"[=|*]?$/.exec(link) ?? /^((?:socket|pipe):\[\d+\])(?:[=|]$|\s)/.exec(link);
  return quoted?.[1] ?? link;
}

function toPid(text: string | undefined): number | null {
  return text === undefined || text === 'self' ? null : Number(text);
}
