import { toLinkedDescriptor } from '../descriptors.ts';
import { pidsOf } from '../pids.ts';
import type { SavedFormat } from '../format.ts';

/** `189	/usr/local/bin/python3.9	socket:[133551200]`; pasting turns tabs into blanks. */
const ROW =
  /^\s*(\d{1,7})(?:\t+| +)(\/\S*(?: \(deleted\))?|\S+)(?:\t+| +)((?:socket|pipe|anon_inode|net|mnt|user|pid|ipc|uts|cgroup):\S+|\/.*?|\d+\S*)\s*$/;
const HEADING = /^PID\s+(?:CMD|COMMAND|EXE)\s+(?:FILE|PATH|NAME)\s*$/;
/** Rows with other things in them look like this too: only an executable's path is sure. */
const SURE =
  /^\s*\d{1,7}(?:\t+\S.*\t(?:\/|(?:socket|pipe|anon_inode|net|mnt):)|\s+\/\S+\s+(?:socket|pipe|anon_inode):|\s+\/(?:\S*\/)?(?:s?bin|usr|opt|lib\S*)\/\S+\s+\/)/;

/** lsof of busybox: pid, executable, target, for all processes whatever it was asked for, and no descriptor numbers. */
export const BUSYBOX_LSOF: SavedFormat = {
  starts: (line) => HEADING.test(line) || (SURE.test(line) && ROW.test(line)),
  continues: (line) => ROW.test(line),
  isHeading: (line) => HEADING.test(line),
  ownerOf: () => '',
  mayWrap: false,
  isLoose: true,
  read: (lines, shown) => {
    const commands = new Map<number, string>();
    const rows = lines.flatMap(({ text }) => {
      const [, pid, exe = '', target = ''] = ROW.exec(text) ?? [];
      if (pid === undefined) return [];
      commands.set(Number(pid), exe.slice(exe.lastIndexOf('/') + 1));
      return [toLinkedDescriptor(Number(pid), null, target)];
    });
    if (rows.length === 0) return null;
    const asked = (shown?.pids ?? []).length > 0;
    return {
      tool: 'busybox-lsof',
      pids: pidsOf(rows),
      partial: [
        'busybox lsof prints no descriptor numbers',
        ...(asked ? ['busybox lsof knows no -p: every process is listed'] : []),
      ],
      content: { kind: 'descriptors', rows, commands, users: new Map() },
    };
  },
};
