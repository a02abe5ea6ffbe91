import type { ParseFault, Table } from '../model/fault.ts';

export interface MountRow {
  /** The `mnt_id` that fdinfo names. */
  readonly id: number;
  /** What of its file system is mounted: `/`, and of a namespace `net:[4026532281]`. */
  readonly root: string;
  readonly point: string;
  /** `ext4`, `nfs4`, `fuse.sshfs` */
  readonly type: string;
}

/**
 * Parses `/proc/<pid>/mountinfo` as far as it tells which mounts are remote, and where they are.
 *
 *     36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
 *
 * The optional fields end at ` - `; blanks in paths are octal escapes, so the first ` - ` is it.
 *
 * @see proc_pid_mountinfo(5)
 */
export function parseMountinfo(text: string): Table<MountRow> {
  const rows: MountRow[] = [];
  const faults: ParseFault[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, id, root, point, type] = /^(\d+) \d+ \S+ (\S+) (\S+) .*? - (\S+)/.exec(line) ?? [];
    if (id === undefined || root === undefined || point === undefined || type === undefined)
      faults.push({ source: 'proc-mountinfo', line: index + 1, field: 'line', found: line.slice(0, 80) });
    else rows.push({ id: Number(id), root: unescape(root), point: unescape(point), type });
  }
  return { rows, faults };
}

/** Blanks, line ends and backslashes are printed as `\\040`. @see kernel fs/proc_namespace.c mangle() */
function unescape(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
