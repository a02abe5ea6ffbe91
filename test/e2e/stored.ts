import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Inspection } from '../../src/core/model/inspection.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';

/** What a history holds, read with plain SQL past the reader under test. Times are ms since 1970. */
export interface Stored {
  /** The words of `PRAGMA integrity_check`. */
  readonly integrity: string;
  readonly samples: readonly { readonly at: number; readonly open: number; readonly full: boolean }[];
  readonly segments: readonly { readonly because: string; readonly pid: number }[];
  readonly events: readonly {
    readonly at: number;
    readonly kind: string;
    readonly from: number | null;
    readonly because: string;
  }[];
  readonly orphans: readonly StoredOrphan[];
  /** Watches that have not let go of it. */
  readonly owners: number;
  /** Whole inspections, each kept for an alert. */
  readonly evidence: number;
  readonly inspections: readonly Inspection[];
  readonly alerts: readonly { readonly id: string; readonly rule: string; readonly resolvedAt: number | null }[];
}

/** A life whose last verdict is `orphaned`. */
export interface StoredOrphan {
  readonly id: number;
  readonly segment: number;
  readonly fd: number;
  readonly inode: string | null;
  readonly firstSeen: number;
  readonly lastSeen: number | null;
  readonly verdicts: string;
}

/**
 * Reads the history at `path` from a copy of the file and its log: to open it where it is would recover it, and that is for the next
 * watch to do.
 */
export async function readStored(path: string): Promise<Stored> {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-stored-'));
  try {
    const copy = join(folder, 'copy.db');
    copyFileSync(path, copy);
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
    const db = await openDatabase(copy, 0);
    const stored = readAll(db);
    db.close();
    return stored;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readAll(db: Database): Stored {
  return {
    integrity: db
      .rows('PRAGMA integrity_check')
      .map((row) => row.text(0))
      .join('\n'),
    samples: db
      .rows('SELECT at, open, counts IS NOT NULL FROM samples ORDER BY at')
      .map((row) => ({ at: row.int(0), open: row.int(1), full: row.int(2) === 1 })),
    segments: db
      .rows('SELECT because, pid FROM segments ORDER BY id')
      .map((row) => ({ because: row.text(0), pid: row.int(1) })),
    events: db
      .rows('SELECT at, kind, from_at, because FROM events ORDER BY id')
      .map((row) => ({ at: row.int(0), kind: row.text(1), from: row.maybeInt(2), because: row.text(3) })),
    orphans: db
      .rows(
        "SELECT id, fd, inode, first_seen, last_seen, verdicts, segment FROM lives WHERE verdicts LIKE '%orphaned' ORDER BY id",
      )
      .map((row) => ({
        id: row.int(0),
        segment: row.int(6),
        fd: row.int(1),
        inode: row.maybeText(2),
        firstSeen: row.int(3),
        lastSeen: row.maybeInt(4),
        verdicts: row.text(5),
      })),
    owners: db.number('SELECT count(*) FROM owner') ?? 0,
    evidence: db.number('SELECT count(*) FROM evidence') ?? 0,
    inspections: db
      .rows('SELECT gzip FROM evidence ORDER BY id')
      .map((row): Inspection => JSON.parse(gunzipSync(row.bytes(0)).toString())),
    alerts: db
      .rows('SELECT id, rule, resolved_at FROM alerts ORDER BY opened_at')
      .map((row) => ({ id: row.text(0), rule: row.text(1), resolvedAt: row.maybeInt(2) })),
  };
}
