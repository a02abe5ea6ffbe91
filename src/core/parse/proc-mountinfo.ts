import type { ParseFault, Table } from '../model/fault.ts';

export interface MountRow {
  /** The `mnt_id` that fdinfo names. */
  readonly id: number;
  /** `0:39` */
  readonly device: string;
  /** What of its file system is mounted: `/`, and of a namespace `net:[4026532281]`. */
  readonly root: string;
  readonly point: string;
  /** `ext4`, `nfs4`, `fuse.sshfs` */
  readonly type: string;
  /** The user that serves it (FUSE); null for other file systems. */
  readonly servedBy: number | null;
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
    const [, id, device, root, point, type, options] =
      /^(\d+) \d+ (\S+) (\S+) (\S+) .*? - (\S+)(?: \S+ (\S+))?/.exec(line) ?? [];
    if (id === undefined || device === undefined || root === undefined || point === undefined || type === undefined)
      faults.push({ source: 'proc-mountinfo', line: index + 1, field: 'line', found: line.slice(0, 80) });
    else
      rows.push({
        id: Number(id),
        device,
        root: unescape(root),
        point: unescape(point),
        type,
        servedBy: toServer(type, options),
      });
  }
  return { rows, faults };
}

function toServer(type: string, options: string | undefined): number | null {
  const [, user] = type.startsWith('fuse') ? (/(?:^|,)user_id=(\d+)/.exec(options ?? '') ?? []) : [];
  return user === undefined ? null : Number(user);
}

/** Blanks, line ends and backslashes are printed as `\\040`. @see kernel fs/proc_namespace.c mangle() */
function unescape(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
