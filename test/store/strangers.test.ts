import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { openReader, openWriter } from '../../src/store/open-history.ts';
import { makeFolder, mustRead, mustWrite, OPTIONS, valueOf } from './temporary.ts';
import { START, tickAt } from './tick-builder.ts';

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

/** A history of three ticks, whose writer has let go. */
async function aHistory(path = join(makeFolder(), 'h.db')): Promise<string> {
  const writer = await mustWrite(path);
  writer.commit([tickAt(0), tickAt(1), tickAt(2)]);
  writer.close();
  return path;
}

async function change(path: string, sql: string): Promise<string> {
  const db = await openDatabase(path, 0);
  db.exec(sql);
  db.close();
  return path;
}

describe('a history that is written', () => {
  it.each([0o000, 0o022, 0o777])('is for its owner alone under umask %o', async (umask) => {
    const before = process.umask(umask);
    try {
      const path = join(makeFolder(), 'state', 'h.db');
      const writer = await mustWrite(path);
      writer.commit([tickAt(0)]);
      expect([modeOf(join(path, '..')), modeOf(path), modeOf(`${path}-wal`)]).toEqual(['700', '600', '600']);
      writer.close();
    } finally {
      process.umask(before);
    }
  });

  it.each([
    {
      what: 'a symbolic link to a database',
      plant: (path: string, other: string) => symlinkSync(other, path),
      says: 'symbolic link',
    },
    {
      what: 'a link that leads nowhere',
      plant: (path: string) => symlinkSync('/nonexistent/x', path),
      says: 'symbolic link',
    },
    {
      what: 'a second name of a file',
      plant: (path: string, other: string) => linkSync(other, path),
      says: 'one file under 2 names',
    },
    { what: 'a folder', plant: (path: string) => mkdirSync(path), says: 'not a regular file' },
    {
      what: 'a linked log',
      plant: (path: string, other: string) => symlinkSync(other, `${path}-wal`),
      says: 'h.db-wal beside it',
    },
    {
      what: 'a rollback journal',
      plant: (path: string) => writeFileSync(`${path}-journal`, ''),
      says: 'rollback journal',
    },
  ])('is not written where others may write and $what is in its place', async ({ plant, says }) => {
    const folder = makeFolder();
    const other = join(folder, 'other');
    writeFileSync(other, 'precious');
    chmodSync(folder, 0o777);
    plant(join(folder, 'h.db'), other);
    const opened = await openWriter(join(folder, 'h.db'), OPTIONS);
    expect(opened).toMatchObject({ kind: 'fault', is: 'failed', because: expect.stringContaining(says) });
    expect(readFileSync(other, 'utf8')).toBe('precious');
  });

  it('is not kept in a folder of another user', async () => {
    const folder = makeFolder();
    chownSync(folder, 65_534, 65_534);
    const opened = await openWriter(join(folder, 'h.db'), OPTIONS);
    expect(opened).toMatchObject({ kind: 'fault', because: expect.stringContaining('belongs to user 65534') });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not made of the database of another program', async () => {
    const path = await change(join(makeFolder(), 'app.db'), 'CREATE TABLE app (x)');
    expect(await openWriter(path, OPTIONS)).toMatchObject({ kind: 'fault', is: 'failed' });
    expect(valueOf({ kind: 'read', value: existsSync(path) })).toBe(true);
  });

  it('says that another file is in its place', async () => {
    const path = join(makeFolder(), 'h.db');
    const writer = await mustWrite(path);
    renameSync(path, `${path}.away`);
    writeFileSync(path, '');
    expect(writer.commit([tickAt(0)])).toMatchObject({ kind: 'fault', is: 'lost' });
    writer.close();
  });

  it('keeps its samples when the next watch begins by a clock that is years ahead', async () => {
    const path = await aHistory();
    const writer = await mustWrite(path);
    writer.commit([tickAt(0, { at: START + 900 * 86_400_000 })]);
    expect(valueOf(writer.stored.snapshot((history) => history.samples(0))).length).toBe(4);
    writer.close();
  });
});

describe('a history that is read', () => {
  it('gives the latest of more rows than a history has', async () => {
    const path = await aHistory();
    const numbers = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 10500)';
    await change(
      path,
      `${numbers} INSERT INTO events SELECT i + 1000, ${START} + i, 'note', NULL, NULL, NULL, 'n' || i FROM n`,
    );
    const reader = await mustRead(path);
    const events = valueOf(reader.snapshot((history) => history.events(0)));
    expect(events.length).toBe(10_000);
    expect(events.at(-1)).toMatchObject({ because: 'n10500' });
    reader.close();
  });

  it('does not unpack evidence to more than an inspection has', async () => {
    const path = await aHistory();
    const db = await openDatabase(path, 0);
    db.run('INSERT INTO evidence VALUES (1, 1, ?, ?)', ['a', gzipSync(Buffer.alloc(100 << 20))]);
    db.close();
    const reader = await mustRead(path);
    expect(reader.snapshot((history) => history.evidence('a'))).toMatchObject({ kind: 'fault', is: 'corrupt' });
    reader.close();
  });

  it.each([
    ['a view', 'DROP TABLE events; CREATE VIEW events AS SELECT 1'],
    ['a trigger', 'CREATE TRIGGER t AFTER INSERT ON names BEGIN SELECT 1; END'],
    ['another table', 'CREATE TABLE app (x)'],
    ['Infinity', 'UPDATE samples SET open = 9e999'],
    ['a fraction', 'UPDATE samples SET open = 1.5'],
    [
      'a time beyond all calendars',
      'UPDATE segments SET at = 9223372036854775807; UPDATE samples SET at = 9223372036854775807 WHERE at = (SELECT min(at) FROM samples)',
    ],
    ['text for a number', `UPDATE samples SET soft = 'x'`],
    ['counts of a megabyte times 20', 'UPDATE samples SET counts = zeroblob(20000000)'],
    ['text of a megabyte', `INSERT INTO names VALUES (99, 'kind', printf('%.*c', 1000000, 'x'))`],
  ])('is refused for %s', async (_, sql) => {
    const path = await change(await aHistory(), sql);
    expect(await openReader(path)).toMatchObject({ kind: 'fault' });
  });

  it('shows the rows that are in the log of a watch that writes, and changes no file', async () => {
    const path = join(makeFolder(), 'h.db');
    const writer = await mustWrite(path);
    writer.commit([tickAt(0), tickAt(1)]);
    const before = ['', '-wal'].map((end) => readFileSync(path + end));
    const reader = await mustRead(path);
    expect(valueOf(reader.snapshot((history) => history.samples(0))).length).toBe(2);
    reader.close();
    expect(['', '-wal'].map((end) => readFileSync(path + end))).toEqual(before);
    writer.close();
  });

  it.each([
    ['in a folder that others may write', (folder: string) => chmodSync(folder, 0o777)],
    ['with a rollback journal beside it', (folder: string) => writeFileSync(join(folder, 'h.db-journal'), 'a journal')],
    ['of another user', (folder: string) => chownSync(join(folder, 'h.db'), 65_534, 65_534)],
  ])('%s is read from a copy, log and all, and its folder stays as it was', async (_, spoil) => {
    const path = join(makeFolder(), 'h.db');
    const writer = await mustWrite(path);
    writer.commit([tickAt(0), tickAt(1)]);
    const folder = join(path, '..');
    spoil(folder);
    const before = readdirSync(folder);
    const reader = await mustRead(path);
    expect(valueOf(reader.snapshot((history) => history.samples(0))).length).toBe(2);
    reader.close();
    expect(readdirSync(folder)).toEqual(before);
    writer.close();
  });
});
