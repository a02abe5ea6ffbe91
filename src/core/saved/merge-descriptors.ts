import { speaksOf } from './choose-process.ts';
import { withoutRepeats } from './repeats.ts';
import type { Part, SavedDescriptor } from './part.ts';
import { putDescriptor } from './join-descriptors.ts';
import { isFiltered, isOfAnotherNamespace } from './listing-scope.ts';

export interface MergedDescriptors {
  /** null where no part lists descriptors. */
  readonly rows: readonly SavedDescriptor[] | null;
  /** Whether some listing is whole, as far as it tells. */
  readonly isWhole: boolean;
  /** Numbers that two listings give to different things: they were not taken at one moment. */
  readonly conflicts: readonly number[];
}

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
      else putDescriptor(byFd, conflicts, known.fd, known);
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

function rowsOf(rows: readonly SavedDescriptor[], pid: number | null): readonly SavedDescriptor[] {
  return withoutRepeats(rows.filter((row) => pid === null || row.pid === null || row.pid === pid));
}

function withoutTables(row: SavedDescriptor): SavedDescriptor {
  return row.socket === null || row.socket.listed !== false ? row : { ...row, socket: { ...row.socket, listed: null } };
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
