import type { Owner } from '../core/model/history.ts';
import type { Database } from './database.ts';

export type Claim = { readonly kind: 'claimed' } | { readonly kind: 'owned'; readonly pid: number };

/**
 * Makes `owner` the one writer, unless another that still runs holds the file. SQLite's own lock lasts a transaction
 * only, so the owner is a row. It is read once without the lock: a busy holder must not hide who it is.
 */
export function claim(db: Database, owner: Owner, isRunning: (owner: Owner) => boolean): Claim {
  const find = (): Claim => {
    const holder = readOwner(db);
    const isHeld = holder !== null && !isSame(holder, owner) && isRunning(holder);
    return isHeld ? { kind: 'owned', pid: holder.pid } : { kind: 'claimed' };
  };
  const seen = find();
  if (seen.kind === 'owned') return seen;
  return db.transaction(() => {
    const claimed = find();
    if (claimed.kind === 'claimed') write(db, owner);
    return claimed;
  });
}

function write(db: Database, { pid, startTicks, bootId }: Owner): void {
  db.run('INSERT OR REPLACE INTO owner VALUES (1, ?, ?, ?)', [pid, startTicks, bootId]);
}

/** Whether `owner` still holds the file: another may have taken it for dead (a pid of another namespace). */
export function isOwner(db: Database, owner: Owner): boolean {
  const holder = readOwner(db);
  return holder !== null && isSame(holder, owner);
}

/** Gives the file up, so that the next watch need not ask whether this one still runs. */
export function release(db: Database): void {
  db.run('DELETE FROM owner');
}

/** Who said last that it writes this history; null where nobody does. */
export function readOwner(db: Database): Owner | null {
  const row = db.row('SELECT pid, start_ticks, boot_id FROM owner');
  return row === null ? null : { pid: row.int(0), startTicks: row.int(1), bootId: row.text(2) };
}

function isSame(a: Owner, b: Owner): boolean {
  return a.pid === b.pid && a.startTicks === b.startTicks && a.bootId === b.bootId;
}
