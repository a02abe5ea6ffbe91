/** @module-tag python3 */
import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { toRandom } from '../processes/proxy-random.ts';
import { toDose } from './dose.ts';
import { readStored } from '../stored.ts';
import { startTarget } from '../target.ts';
import { toStage } from '../watching.ts';

/** Descriptors of a process that ends while it is looked at; how often it must, and may. */
const CROWD = 3000;
const CUT_LOOKS = toDose({ little: 3, all: 10 });
const MOST_DEATHS = 100;
/** The first tick that sees the process takes a full look, for some 50 ms. */
const LOOK_MS = 40;
const PATIENCE_MS = 3000;
const SEED = Number(process.env['FDLEAK_SEED'] ?? Date.now() % 1_000_000);

/** Runs a command and never waits for its end: what was killed stays for a while, without descriptors, as in a container without an init. */
const CARELESS = [
  'python3',
  '-c',
  'import subprocess, sys, time; one = subprocess.Popen(sys.argv[1:]); time.sleep(120)',
];
const CROWD_SCRIPT = new URL('../processes/watch-crowd.js', import.meta.url).pathname;

describe('a watch of a process that ends', () => {
  it(
    `in the middle of a look takes nothing for seen that it did not see (seed ${SEED})`,
    { timeout: 300_000 },
    async () => {
      const stage = toStage();
      const pidfile = join(stage.folder, 'run.pid');
      const random = toRandom(SEED);
      const watching = stage.watch(['--pidfile', pidfile, '--interval', '100ms']);
      const started: number[] = [];
      let cut = 0;
      const start = async (): Promise<number> => {
        const { ready } = await stage.start([...CARELESS, process.execPath, CROWD_SCRIPT, `${CROWD}`]);
        const pid = ready['pid'] ?? 0;
        started.push(pid);
        writeFileSync(pidfile, `${pid}`);
        return pid;
      };
      while (cut < CUT_LOOKS && started.length < MOST_DEATHS) {
        const pid = await start();
        const isBegun = await isLookedAt(watching.child.pid ?? 0, pid);
        await wait(random() * LOOK_MS);
        process.kill(pid, 'SIGKILL');
        const before = watching.ticks.length;
        await watching.until(() => watching.ticks.length >= before + 2);
        if (isBegun && !watching.ticks.some((tick) => tick.pid === pid && tick.full)) cut += 1;
      }
      const last = await start();
      await watching.until(() => watching.ticks.some(({ pid, full }) => pid === last && full));

      expect(await watching.stop()).toBe(0);
      expect(watching.stderr).not.toContain('bug');
      expect(cut).toBeGreaterThanOrEqual(CUT_LOOKS);
      const looks = watching.ticks.filter(({ full }) => full);
      expect(Math.min(...looks.map(({ byVerdict }) => byVerdict['in-use'] ?? 0))).toBeGreaterThanOrEqual(CROWD);
      const { integrity, segments, samples } = await readStored(stage.history);
      expect(integrity).toBe('ok');
      expect(Math.min(...samples.map(({ open }) => open))).toBeGreaterThanOrEqual(CROWD);
      const seen = new Set(watching.ticks.map(({ pid }) => pid).filter((pid) => pid !== null));
      expect(segments.map(({ pid }) => pid)).toEqual([...seen]);
      expect(started).toEqual(expect.arrayContaining([...seen]));
      expect(samples).toHaveLength(watching.ticks.filter(({ open }) => open !== null).length);
    },
  );

  it('with its first thread only goes on: the others hold its descriptors', async () => {
    const stage = toStage();
    const { ready } = await startTarget<{ pid: number }>('leader-exits.py');
    const watching = stage.watch([`${ready.pid}`, '--interval', '200ms', '--samples', '3']);
    await watching.ended;

    expect(watching.ticks.filter(({ full }) => full)).toHaveLength(3);
    expect(watching.byVerdict).toMatchObject({ listening: 1, orphaned: 1 });
    expect(watching.last.open).toBe(Object.values(watching.byVerdict).reduce((sum, count) => sum + count, 0));
  });
});

/** Waits until `watcher` is seen to read the descriptors of `pid`; whether it was, within a while. */
async function isLookedAt(watcher: number, pid: number): Promise<boolean> {
  const folder = `/proc/${watcher}/fd`;
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await nextTurn()) {
    if (readdirSync(folder).some((fd) => linkOf(`${folder}/${fd}`).startsWith(`/proc/${pid}/fd`))) return true;
  }
  return false;
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
