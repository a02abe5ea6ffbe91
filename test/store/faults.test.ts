import { copyFileSync, existsSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { BufferedHistory } from '../../src/store/buffered-history.ts';
import { openReader, openWriter, setAside } from '../../src/store/open-history.ts';
import { migrate, MIGRATIONS } from '../../src/store/schema.ts';
import { mountTmpfs } from '../tmpfs.ts';
import { makeFolder, mustRead, mustWrite, OPTIONS } from './temporary.ts';
import { aLife, aTick, START, tickAt } from './tick-builder.ts';

const open = (path: string) => () => openWriter(path, OPTIONS);
const patient = { mostWaiting: 1000, mostTicksBetweenTries: 1 };

describe('a disk that is full', () => {
  it('costs no tick: they wait in memory and are stored when there is room again', async (context) => {
    const folder = mountTmpfs(context, makeFolder(), '1m');
    const path = join(folder, 'h.db');
    const ballast = join(folder, 'ballast');
    const kept = new BufferedHistory(await mustWrite(path), { ...patient, open: open(path) });
    expect(await kept.add(tickAt(0))).toEqual({ state: 'stored', waiting: 0, dropped: 0, fault: null });
    writeFileSync(ballast, '');
    expect(() => writeFileSync(ballast, Buffer.alloc(2 ** 20))).toThrow('ENOSPC');

    let n = 1;
    let keeping = kept.keeping();
    for (; keeping.waiting < 100 && n < 2000; n += 1) {
      keeping = await kept.add(aTick({ ...tickAt(n), lives: [aLife({ id: n, target: 'x'.repeat(500) })] }));
    }
    expect(keeping).toMatchObject({ state: 'waiting', waiting: 100, dropped: 0, fault: { is: 'full', path } });
    const reader = await mustRead(path);
    expect(reader.snapshot((history) => history.samples(0).length)).toEqual({ kind: 'read', value: n - 100 });
    reader.close();

    rmSync(ballast);
    expect(await kept.add(tickAt(n))).toEqual({ state: 'stored', waiting: 0, dropped: 0, fault: null });
    await kept.close();
    const after = await mustRead(path);
    expect(after.snapshot((history) => history.samples(0).map(({ open }) => open - 73))).toEqual({
      kind: 'read',
      value: Array.from({ length: n + 1 }, (_, i) => i),
    });
    after.close();
  });

  it('from the start is no reason not to watch', async (context) => {
    const folder = mountTmpfs(context, makeFolder(), '64k');
    const path = join(folder, 'h.db');
    writeFileSync(join(folder, 'ballast'), Buffer.alloc(56 * 1024));
    const opened = await openWriter(path, OPTIONS);
    expect(opened).toMatchObject({ kind: 'fault', is: 'full' });
    const kept = new BufferedHistory(null, { ...patient, open: open(path) });
    expect(await kept.add(tickAt(0))).toMatchObject({ state: 'waiting', waiting: 1, fault: { is: 'full' } });
  });
});

describe('a file system that is read-only', () => {
  it('is said, and the ticks are stored once it can be written', async (context) => {
    const folder = mountTmpfs(context, makeFolder(), '8m');
    const path = join(folder, 'h.db');
    execaSync('mount', ['-o', 'remount,ro', folder]);
    const kept = new BufferedHistory(null, { ...patient, open: open(path) });
    expect(await kept.add(tickAt(0))).toMatchObject({ state: 'waiting', fault: { is: 'readonly' } });
    execaSync('mount', ['-o', 'remount,rw', folder]);
    expect(await kept.add(tickAt(1))).toEqual({ state: 'stored', waiting: 0, dropped: 0, fault: null });
    await kept.close();
  });

  it('can still be read from', async (context) => {
    const folder = mountTmpfs(context, makeFolder(), '8m');
    const path = join(folder, 'h.db');
    const writer = await mustWrite(join(makeFolder(), 'h.db'));
    writer.commit([tickAt(0), tickAt(1)]);
    writer.close();
    copyFileSync(writer.stored.path, path);
    execaSync('mount', ['-o', 'remount,ro', folder]);
    const opened = await openReader(path);
    expect(opened).toMatchObject({ kind: 'opened', live: true });
    if (opened.kind !== 'opened') return;
    expect(opened.history.snapshot((history) => history.samples(0).length)).toEqual({ kind: 'read', value: 2 });
    opened.history.close();
  });
});

describe('a file that another program has locked', () => {
  it('is tried again, less and less often, and nothing is lost', async () => {
    const path = join(makeFolder(), 'h.db');
    const writer = await mustWrite(path);
    const tries = vi.spyOn(writer, 'commit');
    const kept = new BufferedHistory(writer, {
      mostWaiting: 1000,
      mostTicksBetweenTries: 4,
      open: open(path),
    });
    const other = await openDatabase(path, 0);
    other.exec('BEGIN IMMEDIATE');
    const triesUpTo: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      expect(await kept.add(tickAt(n))).toMatchObject({ state: 'waiting', waiting: n + 1, fault: { is: 'locked' } });
      triesUpTo.push(tries.mock.calls.length);
    }
    // At ticks 0, 1, 3 and 7: only those wait for the lock.
    expect(triesUpTo).toEqual([1, 2, 2, 3, 3, 3, 3, 4]);
    other.exec('ROLLBACK');
    for (let n = 8; n < 12; n += 1) await kept.add(tickAt(n));
    expect(kept.keeping()).toEqual({ state: 'stored', waiting: 0, dropped: 0, fault: null });
    other.close();
    await kept.close();
  });
});

describe('a file that is corrupt', () => {
  it('that is no database is said to be corrupt, and can be set aside', async () => {
    const path = join(makeFolder(), 'h.db');
    writeFileSync(path, 'this is no database at all '.repeat(500));
    expect(await openReader(path)).toMatchObject({ kind: 'fault', is: 'corrupt', path });
    expect(await openWriter(path, OPTIONS)).toMatchObject({ kind: 'fault', is: 'corrupt' });
    const aside = setAside(path, START);
    expect(readFileSync(aside, 'utf8')).toContain('this is no database at all');
    expect(existsSync(path)).toBe(false);
    const writer = await mustWrite(path);
    expect(writer.commit([tickAt(1)])).toEqual({ kind: 'committed' });
    writer.close();
  });

  it('that breaks while it is written or read is a fault, no crash', async () => {
    const path = join(makeFolder(), 'h.db');
    const writer = await mustWrite(path);
    for (let n = 0; n < 40; n += 1) writer.commit(Array.from({ length: 100 }, (_, i) => tickAt(n * 100 + i)));
    writer.close();
    const file = openSync(path, 'r+');
    for (let at = 8192; at < statSync(path).size; at += 4096) writeSync(file, Buffer.alloc(2048, 0xa5), 0, 2048, at);
    const opened = await openReader(path);
    const read = opened.kind === 'opened' ? opened.history.snapshot((history) => history.samples(0).length) : opened;
    expect(read).toMatchObject({ kind: 'fault', is: 'corrupt' });
    const again = await openWriter(path, OPTIONS);
    const wrote = again.kind === 'opened' ? again.history.commit([tickAt(9000), tickAt(100)]) : again;
    expect(wrote).toMatchObject({ kind: 'fault', is: 'corrupt' });
  });

  it('in which a name is missing is a fault as well', async () => {
    const path = join(makeFolder(), 'h.db');
    const writer = await mustWrite(path);
    writer.commit([tickAt(1)]);
    writer.close();
    const db = await openDatabase(path, 0);
    db.exec('DELETE FROM names');
    db.close();
    const reader = await mustRead(path);
    expect(reader.snapshot((history) => history.samples(0))).toMatchObject({
      kind: 'fault',
      is: 'corrupt',
      because: 'no name has the number 1',
    });
    reader.close();
  });
});

describe('a history that cannot be written for long', () => {
  it('drops its oldest samples beyond the bound, and keeps what they brought', async () => {
    const path = join(makeFolder(), 'none', '\0');
    const fault = { kind: 'fault', is: 'failed', path, because: 'a test' } as const;
    let broken = true;
    const file = join(makeFolder(), 'h.db');
    const kept = new BufferedHistory(null, {
      mostWaiting: 5,
      mostTicksBetweenTries: 1,
      open: async () => (broken ? fault : await openWriter(file, OPTIONS)),
    });
    for (let n = 0; n < 20; n += 1) await kept.add(aTick({ ...tickAt(n), lives: [aLife({ id: (n % 3) + 1, fd: n })] }));
    expect(kept.keeping()).toEqual({ state: 'waiting', waiting: 5, dropped: 15, fault });
    broken = false;
    await kept.close();
    const reader = await mustRead(file);
    expect(reader.samples(0).map(({ open }) => open - 73)).toEqual([15, 16, 17, 18, 19]);
    expect(reader.lives({ by: 'all' }).map(({ id, fd }) => [id, fd])).toEqual([
      [1, 18],
      [2, 19],
      [3, 17],
    ]);
    reader.close();
  });
});

describe('a schema of another version', () => {
  it('that is older is brought up to date, with all that it holds', async () => {
    const path = join(makeFolder(), 'h.db');
    const writer = await mustWrite(path);
    writer.commit([tickAt(1), tickAt(2)]);
    writer.close();
    const db = await openDatabase(path, 0);
    const steps = [
      ...MIGRATIONS,
      'ALTER TABLE samples ADD COLUMN psi INTEGER',
      "INSERT INTO events (at, kind, because) VALUES (1, 'note', 'x')",
    ];
    migrate(db, steps);
    expect(db.number('PRAGMA user_version')).toBe(steps.length);
    expect(db.rows('SELECT open, psi FROM samples').map((row) => [row.int(0), row.maybeInt(1)])).toEqual([
      [74, null],
      [75, null],
    ]);
    migrate(db, steps);
    expect(db.number('SELECT count(*) FROM events')).toBe(1);
    db.close();
  });

  it('is left as it was where a step fails', async () => {
    const path = join(makeFolder(), 'h.db');
    (await mustWrite(path)).close();
    const db = await openDatabase(path, 0);
    expect(() => migrate(db, [...MIGRATIONS, 'DROP TABLE alerts', 'no SQL'])).toThrow('syntax error');
    expect(db.number('PRAGMA user_version')).toBe(MIGRATIONS.length);
    expect(db.number('SELECT count(*) FROM alerts')).toBe(0);
    db.close();
  });

  it('that is newer, or older and only to be read, is not touched', async () => {
    const path = join(makeFolder(), 'h.db');
    const db = await openDatabase(path, 0);
    expect(await openReader(path)).toMatchObject({ kind: 'fault', is: 'older' });
    db.exec('PRAGMA user_version = 900');
    expect(await openReader(path)).toMatchObject({ kind: 'fault', is: 'newer' });
    expect(await openWriter(path, OPTIONS)).toMatchObject({ kind: 'fault', is: 'newer' });
    db.close();
  });

  it('is not to be asked for where there is no file', async () => {
    expect(await openReader(join(makeFolder(), 'none.db'))).toMatchObject({ kind: 'fault', is: 'missing' });
  });
});
