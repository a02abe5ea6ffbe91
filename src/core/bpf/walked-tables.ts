import type { WalkRow } from '../model/walk.ts';

/** A row, and the thread whose own table it stands in; null is the table of the process. */
export interface TableRow {
  readonly row: WalkRow;
  readonly tid: number | null;
}

interface Walked {
  /** Then the table of one thread was walked, and stands for that of the process. */
  readonly isLeaderGone: boolean;
  /** Whether threads can be told by their numbers: not in another pid namespace than the host's. */
  readonly isOurNumbering: boolean;
  /** Threads, one for each table beside that of the process; null where nobody may say: then equal ones are taken for one. */
  readonly tablesOf: () => ReadonlySet<number> | null;
}

/** Parts the rows of one process by descriptor table, that of the process first. The kernel walks a table once for each thread that has it. */
export function sortTables(
  rows: readonly WalkRow[],
  { isLeaderGone, isOurNumbering, tablesOf }: Walked,
): readonly TableRow[] {
  const own: TableRow[] = [];
  const byThread = new Map<number, WalkRow[]>();
  rows.forEach((row) => {
    const { pid, tid } = row;
    const table = byThread.get(tid);
    if (isLeaderGone || pid === tid) own.push({ row, tid: null });
    else if (table === undefined) byThread.set(tid, [row]);
    else table.push(row);
  });
  if (byThread.size === 0 || !isOurNumbering) return own;
  const known = tablesOf();
  const seen = new Set<string>();
  for (const [tid, table] of byThread) {
    const name = known === null ? table.map(({ fd, file }) => `${fd} ${file}`).join() : '';
    const isOther = known === null ? !seen.has(name) : known.has(tid);
    if (isOther) for (const row of table) own.push({ row, tid });
    seen.add(name);
  }
  return own;
}
