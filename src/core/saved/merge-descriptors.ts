import { speaksOf } from './choose-process.ts';
import { withoutRepeats } from './descriptors.ts';
import { mergeSockets } from './merge-sockets.ts';
import type { Part, SavedDescriptor } from './part.ts';

export interface MergedDescriptors {
  /** null where no part lists descriptors. */
  readonly rows: readonly SavedDescriptor[] | null;
  /** Whether some listing is whole, as far as it tells. */
  readonly isWhole: boolean;
  /** Numbers that two listings give to different things: they were not taken at one moment. */
  readonly conflicts: readonly number[];
}

/** Listings that were filtered hold what they hold, and say nothing of the rest. */
const FILTERED =
  /\|\s*(?:e|f)?grep\b|\|\s*(?:awk|head|tail|sed)\b|\blsof\b.*\s-[nPlwbOVta]*(?:i|U|E)|\blsof\b.*\s(?:\+D|--?d)\s*(?!0-)/;

/**
 * Joins all listings of one process's descriptors: each number once, with what each listing adds. Listings without numbers
 * count only where none has any. Of two things at one number the later one stands.
 */
export function mergeDescriptors(parts: readonly Part[], pid: number | null): MergedDescriptors {
  const listings = parts.flatMap((part) => {
    const { content } = part;
    return content.kind === 'descriptors' && speaksOf(part, pid) ? [{ part, rows: rowsOf(content.rows, pid) }] : [];
  });
  if (listings.length === 0) return { rows: null, isWhole: false, conflicts: [] };
  const byFd = new Map<number, SavedDescriptor>();
  const conflicts = new Set<number>();
  const unnumbered: SavedDescriptor[] = [];
  for (const { part, rows } of listings) {
    const isForeign = isOfAnotherNamespace(part);
    for (const row of rows) {
      const known = isForeign ? withoutTables(row) : row;
      if (known.fd === null) unnumbered.push(known);
      else put(byFd, conflicts, known.fd, known);
    }
  }
  const numbered = [...byFd.values()].sort((a, b) => (a.fd ?? 0) - (b.fd ?? 0));
  const rest = numbered.length > 0 ? onlyNew(unnumbered, numbered) : unnumbered;
  return {
    rows: [...numbered, ...rest],
    isWhole: listings.some(({ part, rows }) => part.isWhole && !isFiltered(part, rows)),
    conflicts: [...conflicts],
  };
}

/** lsof prints a folder, the program and files of every process: where it shows sockets alone, it was asked for them. */
function isFiltered({ command, tool }: Part, rows: readonly SavedDescriptor[]): boolean {
  const isSocketsAlone = tool.startsWith('lsof') && rows.every(({ kind }) => kind === 'socket');
  return isSocketsAlone || FILTERED.test(command ?? '');
}

function rowsOf(rows: readonly SavedDescriptor[], pid: number | null): readonly SavedDescriptor[] {
  return withoutRepeats(rows.filter((row) => pid === null || row.pid === null || row.pid === pid));
}

/**
 * AF_UNIX sockets are always in a table, but of their own network namespace: a listing that finds them in none was made in
 * another, and that it finds no TCP socket either says nothing.
 */
export function isOfAnotherNamespace({ content }: Part): boolean {
  return (
    content.kind === 'descriptors' &&
    content.rows.some(({ socket }) => socket !== null && socket.family === 'unix' && socket.listed === false)
  );
}

function withoutTables(row: SavedDescriptor): SavedDescriptor {
  return row.socket === null || row.socket.listed !== false ? row : { ...row, socket: { ...row.socket, listed: null } };
}

function put(byFd: Map<number, SavedDescriptor>, conflicts: Set<number>, fd: number, row: SavedDescriptor): void {
  const before = byFd.get(fd);
  if (before === undefined) {
    byFd.set(fd, row);
  } else if (isOther(before, row)) {
    conflicts.add(fd);
    byFd.set(fd, row);
  } else {
    byFd.set(fd, join(before, row));
  }
}

function isOther(a: SavedDescriptor, b: SavedDescriptor): boolean {
  const isNumbered = a.kind === 'socket' || a.kind === 'pipe';
  if (a.kind !== b.kind && (isNumbered || b.kind === 'socket' || b.kind === 'pipe')) return true;
  return isNumbered && a.inode !== null && b.inode !== null && a.inode !== b.inode;
}

/** A type that stat(2) told is better than what a path looks like: only listings with inodes of files have it. */
function join(a: SavedDescriptor, b: SavedDescriptor): SavedDescriptor {
  const [better, other] = a.inode === null && b.inode !== null ? [b, a] : [a, b];
  const socket = a.socket === null || b.socket === null ? (a.socket ?? b.socket) : mergeSockets(a.socket, b.socket);
  return { ...better, kind: better.kind ?? other.kind, inode: better.inode ?? other.inode, socket };
}

/** What was cut (`*770`) may be listed whole elsewhere: the inode tells. */
function onlyNew(
  unnumbered: readonly SavedDescriptor[],
  numbered: readonly SavedDescriptor[],
): readonly SavedDescriptor[] {
  if (unnumbered.length === 0) return unnumbered;
  const inodes = new Set(numbered.map(({ inode }) => inode));
  return unnumbered.filter(({ fdText, inode }) => fdText !== '' && !inodes.has(inode));
}
