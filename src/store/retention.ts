import type { Database } from './database.ts';

const DAY_MS = 86_400_000;

/** How long and how much is kept. */
export interface Retention {
  readonly samplesMs: number;
  readonly rollupsMs: number;
  /** Ended lives; those that were once suspect have a number of their own. The latest are kept. */
  readonly lives: number;
  readonly suspectLives: number;
  readonly events: number;
  readonly alerts: number;
  readonly evidenceBytes: number;
  /** Above this the oldest samples go, days before their time: their roll-ups stay. */
  readonly fileBytes: number;
}

export const DEFAULT_RETENTION: Retention = {
  samplesMs: 7 * DAY_MS,
  rollupsMs: 400 * DAY_MS,
  lives: 20_000,
  suspectLives: 20_000,
  events: 10_000,
  alerts: 2_000,
  evidenceBytes: 8 * 1024 * 1024,
  fileBytes: 96 * 1024 * 1024,
};

/** Deletes what is past its time or number. Runs inside a transaction; the pages go back with {@link shrink}. */
export function prune(db: Database, now: number, keep: Retention): void {
  db.run('DELETE FROM samples WHERE at < ?', [now - keep.samplesMs]);
  db.run('DELETE FROM rollups WHERE at < ?', [now - keep.rollupsMs]);
  for (const [suspect, kept] of [
    [0, keep.lives],
    [1, keep.suspectLives],
  ] as const) {
    db.run(
      `DELETE FROM lives WHERE suspect = ?1 AND last_seen <
         (SELECT last_seen FROM lives WHERE suspect = ?1 AND last_seen IS NOT NULL ORDER BY last_seen DESC LIMIT 1 OFFSET ?2)`,
      [suspect, kept - 1],
    );
  }
  db.run('DELETE FROM events WHERE id <= (SELECT max(id) FROM events) - ?', [keep.events]);
  db.run(
    'DELETE FROM alerts WHERE resolved_at IS NOT NULL AND id NOT IN (SELECT id FROM alerts ORDER BY opened_at DESC LIMIT ?)',
    [keep.alerts],
  );
  pruneEvidence(db, keep.evidenceBytes);
  if (measureUsedBytes(db) > keep.fileBytes) {
    db.run(
      'DELETE FROM samples WHERE at IN (SELECT at FROM samples ORDER BY at LIMIT (SELECT count(*) / 10 FROM samples))',
    );
  }
}

/** The latest bundle stays whatever its size. */
function pruneEvidence(db: Database, bytes: number): void {
  db.run(
    `DELETE FROM evidence WHERE id < (SELECT max(id) FROM evidence) AND id IN
       (SELECT id FROM (SELECT id, sum(length(gzip)) OVER (ORDER BY id DESC) AS upto FROM evidence) WHERE upto > ?)`,
    [bytes],
  );
}

/** Gives free pages back to the file system, some at a time. */
export function shrink(db: Database): void {
  db.exec('PRAGMA incremental_vacuum(256)');
}

function measureUsedBytes(db: Database): number {
  const pages = (db.number('PRAGMA page_count') ?? 0) - (db.number('PRAGMA freelist_count') ?? 0);
  return pages * (db.number('PRAGMA page_size') ?? 0);
}
