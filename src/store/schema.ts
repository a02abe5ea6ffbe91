import type { Database } from './database.ts';

/**
 * The steps from an empty file to the present schema; `PRAGMA user_version` is how many were taken. A step that was
 * released is never edited: a change is a new step.
 *
 * Times are ms since 1970. `samples.at` is the row id. `counts` and `spreads`: see counts.ts. Limits: -1 is unlimited.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE owner (one INTEGER PRIMARY KEY CHECK (one = 1), pid INTEGER NOT NULL, start_ticks INTEGER NOT NULL, boot_id TEXT NOT NULL);
  CREATE TABLE names (id INTEGER PRIMARY KEY, part TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (part, name));
  CREATE TABLE segments (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, because TEXT NOT NULL, pid INTEGER NOT NULL,
    start_ticks INTEGER NOT NULL, boot_id TEXT NOT NULL, comm TEXT NOT NULL, exe TEXT, soft INTEGER, hard INTEGER);
  CREATE TABLE samples (at INTEGER PRIMARY KEY, segment INTEGER NOT NULL, open INTEGER NOT NULL, soft INTEGER, hard INTEGER,
    opened INTEGER, closed INTEGER, counts BLOB);
  CREATE TABLE rollups (at INTEGER NOT NULL, segment INTEGER NOT NULL, samples INTEGER NOT NULL, open_min INTEGER NOT NULL,
    open_median INTEGER NOT NULL, open_max INTEGER NOT NULL, soft INTEGER, hard INTEGER, full_looks INTEGER NOT NULL,
    opened INTEGER, closed INTEGER, spreads BLOB NOT NULL, PRIMARY KEY (at, segment)) WITHOUT ROWID;
  CREATE TABLE events (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, segment INTEGER, from_at INTEGER,
    until_at INTEGER, because TEXT NOT NULL);
  CREATE TABLE lives (id INTEGER PRIMARY KEY, segment INTEGER NOT NULL, fd INTEGER NOT NULL, tid INTEGER, inode TEXT, kind TEXT NOT NULL,
    target TEXT NOT NULL, first_seen INTEGER NOT NULL, last_seen INTEGER, suspect INTEGER NOT NULL, verdicts TEXT NOT NULL,
    local TEXT, remote TEXT, last_peer TEXT, accepted_on TEXT);
  CREATE INDEX ended_lives ON lives (suspect, last_seen) WHERE last_seen IS NOT NULL;
  CREATE INDEX open_lives ON lives (segment) WHERE last_seen IS NULL;
  CREATE TABLE alerts (id TEXT PRIMARY KEY, rule TEXT NOT NULL, severity TEXT NOT NULL, opened_at INTEGER NOT NULL,
    resolved_at INTEGER, last_notified_at INTEGER, because TEXT NOT NULL);
  CREATE TABLE evidence (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, alert TEXT NOT NULL, gzip BLOB NOT NULL);
  `,
  // Places: see place-frames.ts. What was written before knows none.
  `
  ALTER TABLE samples ADD COLUMN places BLOB;
  ALTER TABLE rollups ADD COLUMN places BLOB;
  ALTER TABLE lives ADD COLUMN place TEXT;
  `,
];

export function readSchemaVersion(db: Database): number {
  return db.number('PRAGMA user_version') ?? 0;
}

/** Takes the steps that are missing, all or none. A file that is ahead of `steps` is left alone. */
export function migrate(db: Database, steps: readonly string[] = MIGRATIONS): void {
  if (readSchemaVersion(db) >= steps.length) return;
  db.transaction(() => {
    for (const step of steps.slice(readSchemaVersion(db))) db.exec(step);
    db.exec(`PRAGMA user_version = ${steps.length}`);
  });
}
