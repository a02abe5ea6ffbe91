import { chmodSync, copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execaNode } from 'execa';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { openWriter } from '../../src/store/open-history.ts';
import { Dice } from '../core/trend/simulator.ts';
import { compileStore, toProcess } from './compiled.ts';
import { makeFolder, mustRead, mustWrite, valueOf } from './temporary.ts';
import { OWNER, START } from './tick-builder.ts';

const { folder, remove } = compileStore();
afterAll(remove);

/** STORE_KILLS=200 makes it the long run. */
const KILLS = Number(process.env['STORE_KILLS'] ?? 25);

function startWriter(path: string, first: number, ticks: number) {
  const writer = execaNode(toProcess('writer.js'), [folder, path, `${first}`, `${ticks}`], {
    reject: false,
    buffer: true,
  });
  onTestFinished(async () => {
    writer.kill('SIGKILL');
    await writer;
  });
  return writer;
}

describe('a writer that is killed', () => {
  it(
    `at ${KILLS} random moments loses nothing that was committed, and the next one goes on`,
    async () => {
      const path = join(makeFolder(), 'h.db');
      const dice = new Dice(KILLS);
      const committed: number[] = [];
      for (let kill = 0; kill < KILLS; kill += 1) {
        const writer = startWriter(path, (committed.at(-1) ?? 0) + 2, 100_000);
        await new Promise((resolve) => writer.stdout.once('data', resolve));
        await pause(dice.scale(1, 400));
        writer.kill('SIGKILL');
        const { stdout } = await writer;
        const printed = stdout.split('\n').map(Number);
        expect(printed.length).toBeGreaterThan(0);
        committed.push(...printed);

        const db = await openDatabase(path, 250);
        expect(db.rows('PRAGMA integrity_check').map((row) => row.text(0))).toEqual(['ok']);
        const { length } = db.rows('SELECT at FROM samples WHERE at <= ?', [START + (committed.at(-1) ?? 0) * 10_000]);
        expect({ kill, length }).toEqual({ kill, length: committed.length });
        // One more may have been committed and not yet printed.
        const stored = db.number('SELECT max(at) FROM samples') ?? 0;
        const last = (stored - START) / 10_000;
        expect(last - (committed.at(-1) ?? 0)).toBeLessThanOrEqual(1);
        if (last > (committed.at(-1) ?? 0)) committed.push(last);
        expect(db.number('SELECT count(*) FROM lives WHERE last_seen IS NULL')).toBe(5 * (kill + 1));
        db.close();
      }
      const reader = await mustRead(path);
      const rolledUp = reader.rollups(0, Infinity).reduce((sum, { samples }) => sum + samples, 0);
      expect(committed.length - rolledUp).toBeLessThanOrEqual(60);
      reader.close();
    },
    KILLS * 3000 + 20_000,
  );
});

describe('a reader', () => {
  it('sees whole ticks of a watch that writes at full speed, and holds it up by nothing', async () => {
    const path = join(makeFolder(), 'h.db');
    const writer = startWriter(path, 0, 1500);
    await new Promise((resolve) => writer.stdout.once('data', resolve));
    const reader = await mustRead(path);
    const seen: number[] = [];
    while (writer.exitCode === null && seen.length < 5000) {
      const { samples, lives, lastSample } = valueOf(
        reader.snapshot((history) => ({
          samples: history.samples(0).length,
          lives: history.lastLife(),
          lastSample: history.lastSample(),
        })),
      );
      expect(lastSample?.open).toBe(samples - 1);
      expect(lives).toBe(samples * 5 - 1);
      seen.push(samples);
      await pause(2);
    }
    const { exitCode, stderr } = await writer;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(new Set(seen).size).toBeGreaterThan(3);
    reader.close();
  }, 30_000);

  it('needs no right to write: a watch that runs, one that was killed, and an idle file', async (context) => {
    if (process.getuid?.() !== 0) context.skip('needs root, to read as another user');
    const home = makeFolder();
    chmodSync(home, 0o755);
    const path = join(home, 'h.db');
    const readAsNobody = async (history: string) => {
      const { stdout, stderr } = await execaNode(toProcess('reader.js'), [folder, history], {
        uid: 65_534,
        gid: 65_534,
        cwd: '/',
        reject: false,
      });
      return stdout === '' ? stderr : JSON.parse(stdout);
    };
    const writer = await mustWrite(path);
    writer.commit([{ segments: [], sample: null, events: [], lives: [], alerts: [], evidence: [] }]);
    const killed = startWriter(path, 0, 300);
    await killed;
    for (const end of ['', '-wal']) chmodSync(path + end, 0o644);
    expect(await readAsNobody(path)).toMatchObject({ kind: 'read', live: true, samples: 300 });
    expect(readdirSync(home).toSorted()).toEqual(['h.db', 'h.db-shm', 'h.db-wal']);

    const idle = join(makeFolder(), 'h.db');
    chmodSync(join(idle, '..'), 0o755);
    copyFileSync(path, idle);
    expect(await readAsNobody(idle)).toMatchObject({ kind: 'read', live: true });
    writer.close();
  }, 30_000);
});

describe('two watches', () => {
  it('cannot write one history: the second learns the pid of the first', async () => {
    const path = join(makeFolder(), 'h.db');
    const first = startWriter(path, 0, 100_000);
    await new Promise((resolve) => first.stdout.once('data', resolve));
    const isRunning = (owner: { readonly pid: number }) => process.kill(owner.pid, 0);
    expect(await openWriter(path, { owner: OWNER, isRunning })).toEqual({ kind: 'owned', pid: first.pid });
    first.kill('SIGKILL');
    await first;
    expect(await openWriter(path, { owner: OWNER, isRunning: () => false })).toMatchObject({ kind: 'opened' });
  }, 30_000);
});
