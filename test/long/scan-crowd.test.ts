/** @module-tag gcc */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Crowd, startCrowd } from '../../bench/lib/crowd-in-namespaces.ts';
import type { Scan } from '../../src/core/model/scan.ts';
import { fdleak } from '../e2e/fdleak.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WITHIN_MS = 2000;
/** The bound with the walk; by /proc what was begun in time may end a second later, on a busy machine two. */
const WALK_MS = 3000;
const PROC_MS = WITHIN_MS + 2000;
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('SKIPPED: network namespaces, for want of root');

async function startMany(): Promise<Crowd> {
  const crowd = await startCrowd(ROOT, { namespaces: 200, processes: 5000, dead: 12 });
  onTestFinished(() => crowd.end());
  return crowd;
}

async function scanAll(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Scan> {
  const { stdout } = await fdleak(['scan', '--json', ...args], { env });
  return JSON.parse(stdout);
}

describe.runIf(isRoot)('fdleak scan of 5,000 processes in 200 network namespaces', () => {
  it.runIf(existsSync('/sys/kernel/btf/vmlinux'))('judges all by one walk, and tells who leaks', async () => {
    const { dead, processes } = await startMany();
    const startedAt = performance.now();
    const { stdout } = await fdleak(['scan', '--within', `${WITHIN_MS}ms`]);
    expect(performance.now() - startedAt).toBeLessThan(WALK_MS);
    // Of others on a busy machine some may be left: those of the crowd need no look of their own.
    expect(Number(/^(\d+) more are ok/m.exec(stdout)?.[1])).toBeGreaterThanOrEqual(processes - 10);
    const scan = await scanAll(['--within', '20s'], {});
    const found = scan.processes.find(({ pid }) => pid === dead);
    expect(found).toMatchObject({ standing: 'suspect', byVerdict: { orphaned: 12 } });
    expect(found?.places[0]).toMatchObject({ what: 'dead tcp', count: 12 });
    const well = scan.processes.filter(({ comm, standing }) => comm === 'crowd' && standing === 'ok');
    expect(well.length).toBeGreaterThanOrEqual(processes - 1);
  });

  it('ends in its time by /proc, and says how many it has not reached', async () => {
    const { processes } = await startMany();
    const scan = await scanAll(['--within', `${WITHIN_MS}ms`], { FDLEAK_BPF: '0' });
    expect(scan.tookMs).toBeLessThan(PROC_MS);
    const { looked, small, notReached, denied, ended } = scan.summary;
    expect(looked + small + notReached + denied + ended).toBeGreaterThanOrEqual(processes);
    expect(notReached).toBeGreaterThan(0);
    const late = scan.processes.filter(({ because }) => because === 'not reached in time');
    expect(late).toHaveLength(notReached);
    expect(late.every(({ standing, open }) => standing === 'unseen' && open !== null)).toBe(true);
  });
});
