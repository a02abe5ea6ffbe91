import {
  chmodSync,
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { mountTmpfs } from '../tmpfs.ts';
import { fdleak } from './fdleak.ts';
import { readStored } from './stored.ts';
import { type Stage, type Watching, toStage } from './watching.ts';

/** A watch of a leaking server into `history`, once two looks have seen an orphan: from then on the orphan has a life. */
async function startWatch(stage: Stage, history: string): Promise<Watching> {
  const leaker = await stage.script('watch-leaker.js', 200);
  const watching = stage.watch([`${leaker.pid}`, '--interval', '100ms', '--history', history]);
  const sawOrphan = ({ byVerdict }: Watching['last']): boolean => (byVerdict?.['orphaned'] ?? 0) > 0;
  await watching.until(() => watching.ticks.length >= 3 && watching.ticks.filter(sawOrphan).length >= 2);
  return watching;
}

/** Every tick that was told is in the file, as it was told, and the file is sound. */
async function expectAllStored({ ticks }: Watching, history: string): Promise<void> {
  const { integrity, samples, segments, orphans } = await readStored(history);
  expect(integrity).toBe('ok');
  expect(samples).toEqual(ticks.map(({ at, open, full }) => ({ at: Date.parse(at), open, full })));
  expect(segments).toHaveLength(1);
  expect(orphans.length).toBeGreaterThan(0);
  const { stdout } = await fdleak(['report', history, '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ samples: ticks.length, history: { writer: null } });
}

async function readSamples(history: string): Promise<number> {
  const { stdout } = await fdleak(['report', history, '--json']);
  return JSON.parse(stdout).samples;
}

function fillUp(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (const bytes = Buffer.alloc(65_536); writeSync(file, bytes) > 0;);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  } finally {
    closeSync(file);
  }
}

describe('a watch whose disk', () => {
  it('is full says so, goes on in memory, and stores what waits when there is room again', async (context) => {
    const stage = toStage();
    const folder = mountTmpfs(context, stage.folder, '4m');
    const history = join(folder, 'h.db');
    const watching = await startWatch(stage, history);
    const ballast = join(folder, 'ballast');
    fillUp(ballast);
    await watching.until(() => watching.last.history.waiting >= 20);
    const { waiting, trouble, dropped } = watching.last.history;
    const told = watching.ticks.length;
    const stored = await readSamples(history);

    expect(trouble).toContain('database or disk is full');
    expect(dropped).toBe(0);
    expect(watching.stderr).toContain(`history ${history}: database or disk is full`);
    expect(watching.stderr).not.toContain('being written again');
    expect(stored).toBeGreaterThanOrEqual(3);
    expect(stored).toBeLessThanOrEqual(told - waiting + 1);

    rmSync(ballast);
    await watching.until(() => watching.last.history.waiting === 0);
    expect(watching.last.history.trouble).toBe(null);
    expect(watching.stderr).toContain('being written again');
    await watching.stop();
    await expectAllStored(watching, history);
  });

  it('turns read-only says so, goes on in memory, and stores what waits later', async (context) => {
    const stage = toStage();
    const folder = mountTmpfs(context, stage.folder, '4m');
    const history = join(folder, 'h.db');
    writeFileSync(join(folder, 'other'), '');
    await execa('mount', ['-o', 'remount,ro', folder]);
    const watching = await startWatch(stage, history);
    expect(watching.last.history).toMatchObject({ waiting: expect.any(Number), dropped: 0 });
    expect(watching.last.history.waiting).toBeGreaterThanOrEqual(3);
    expect(watching.stderr).toMatch(/history .*h\.db: .*(read-only|readonly|EROFS|Unable to open)/i);
    await execa('mount', ['-o', 'remount,rw', folder]);
    await watching.until(() => watching.last.history.waiting === 0);
    expect(watching.stderr).toContain('being written again');
    await watching.stop();
    await expectAllStored(watching, history);
  });
});

describe('a watch whose history', () => {
  it('is in a folder that it may not write in says so, and stores what waits once it may', async (context) => {
    if (process.getuid?.() !== 0) context.skip('needs root, to watch as another user');
    const stage = toStage();
    const folder = stage.folderOfRoot(0o755);
    const history = join(folder, 'h.db');
    const leaker = await stage.script('watch-leaker.js', 200);
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];
    const watching = stage.watch([`${leaker.pid}`, '--interval', '100ms', '--history', history], nobody);
    await watching.until(() => watching.ticks.length >= 3);
    expect(watching.last.history.waiting).toBe(watching.ticks.length);
    expect(watching.last.history.trouble).toContain('EACCES');
    chmodSync(folder, 0o777);
    await watching.until(() => watching.last.history.waiting === 0);

    // Of another user's process it sees how many, and the limit: that establishes nothing.
    expect(await watching.stop()).toBe(3);
    expect(watching.stderr).toContain('being written again');
    const { samples, integrity } = await readStored(history);
    expect(integrity).toBe('ok');
    expect(samples).toEqual(watching.ticks.map(({ at, open }) => ({ at: Date.parse(at), open, full: false })));
  });

  it('is in a folder that cannot be made says so, and goes on in memory', async () => {
    const stage = toStage();
    const leaker = await stage.script('watch-leaker.js', 200);
    const history = '/proc/nowhere/fdleak/h.db';
    const args = [`${leaker.pid}`, '--interval', '100ms', '--orphan-age', '300ms', '--history', history];
    const watching = stage.watch(args);
    await watching.until(() => watching.ticks.length >= 8);
    expect(watching.last.history.trouble).toBe('ENOENT at its folder');

    expect(await watching.stop()).toBe(1);
    expect(watching.stderr).toContain(`history ${history}: ENOENT at its folder; 1 sample waits in memory`);
  });

  it('is locked by another program waits for it, and loses nothing', async () => {
    const stage = toStage();
    const watching = await startWatch(stage, stage.history);
    const other = await openDatabase(stage.history, 1000);
    other.exec('BEGIN IMMEDIATE');
    await watching.until(() => watching.last.history.waiting >= 5);
    expect(watching.last.history.trouble).toContain('database is locked');
    other.exec('ROLLBACK');
    other.close();
    await watching.until(() => watching.last.history.waiting === 0);
    await watching.stop();
    await expectAllStored(watching, stage.history);
  });

  it('is no database sets it aside unchanged, says where, and begins a new one', async () => {
    const stage = toStage();
    const before = 'this is no database at all '.repeat(500);
    writeFileSync(stage.history, before);
    const watching = await startWatch(stage, stage.history);
    await watching.stop();

    const aside = readdirSync(stage.folder).filter((name) => name.startsWith('h.db.corrupt-'));
    expect(aside).toHaveLength(1);
    const path = join(stage.folder, aside[0]!);
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(watching.stderr).toContain(`the file was corrupt and is now ${path}`);
    expect(watching.ticks[0]!.history.trouble).toContain(path);
    await expectAllStored(watching, stage.history);
  });

  it('breaks while it is written sets it aside, and goes on in a new one', async () => {
    const stage = toStage();
    const first = await startWatch(stage, stage.history);
    await first.stop();
    const watching = stage.watch([`${first.last.pid}`, '--interval', '500ms', ...EARLY_ALERT]);
    await watching.until(() => watching.ticks.length >= 3);
    watching.child.kill('SIGSTOP');
    const other = await openDatabase(stage.history, 1000);
    // Pages that are still in the log, or that the watch still knows, are not read from the file.
    other.row('PRAGMA wal_checkpoint(TRUNCATE)');
    const file = openSync(stage.history, 'r+');
    for (let at = 4096; at < fstatSync(file).size; at += 4096) writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, at);
    closeSync(file);
    other.close();
    watching.child.kill('SIGCONT');
    await watching.until(() => watching.stderr.includes('the file was corrupt and is now'));

    await expectNewBegun(watching, stage.history);
    expect(readdirSync(stage.folder).filter((name) => /^h\.db\.corrupt-\d+$/.test(name))).toHaveLength(1);
  });

  it('is taken away says so, and goes on in a new one', async () => {
    const stage = toStage();
    const leaker = await stage.script('watch-leaker.js', 100);
    const watching = stage.watch([`${leaker.pid}`, '--interval', '500ms', ...EARLY_ALERT]);
    await watching.until(() => watching.ticks.length >= 3);
    for (const end of ['', '-wal', '-shm']) rmSync(`${stage.history}${end}`);
    await watching.until(() => watching.stderr.includes('the file was removed'));

    await expectNewBegun(watching, stage.history);
    expect(watching.stderr).toContain('being written again');
  });
});

const EARLY_ALERT = ['--orphan-age', '100ms', '--for', '0'];

/** What stands at that moment, the segment, the lives and the alert, is in the new file as it was in the old one. */
async function expectNewBegun(watching: Watching, history: string): Promise<void> {
  const told = watching.ticks.length;
  await watching.until(() => watching.ticks.length >= told + 4);
  await watching.stop();
  const { integrity, samples, segments, orphans, alerts } = await readStored(history);
  expect(integrity).toBe('ok');
  expect(samples.length).toBeGreaterThanOrEqual(4);
  const kept = watching.ticks.slice(-samples.length);
  expect(samples).toEqual(kept.map(({ at, open, full }) => ({ at: Date.parse(at), open, full })));
  expect(segments).toMatchObject([{ pid: watching.last.pid }]);
  const looks = watching.ticks.filter(({ full }) => full);
  expect(orphans.length).toBeGreaterThanOrEqual(looks.at(-2)!.byVerdict['orphaned']!);
  expect(Math.min(...orphans.map(({ firstSeen }) => firstSeen))).toBeLessThanOrEqual(Date.parse(looks[0]!.at));
  expect(alerts.filter(({ rule }) => rule === 'orphans')).toMatchObject([
    { id: watching.alerts.find(({ rule }) => rule === 'orphans')!.id, resolvedAt: null },
  ]);
}
