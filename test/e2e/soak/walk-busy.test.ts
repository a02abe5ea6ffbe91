import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { KernelWalk } from '../../../src/collect/bpf/kernel-walk.ts';
import { toWalkEvidence } from '../../../src/core/classify/walk-evidence.ts';
import { inspect } from '../../../src/index.ts';
import { loadOwnWalk } from '../own-walk.ts';
import { toDose } from './dose.ts';

const canWalk = process.getuid?.() === 0 && existsSync('/sys/kernel/btf/vmlinux');
const SERVER = fileURLToPath(new URL('../processes/working-server.js', import.meta.url));
const LOOKS = 500;
const INSPECTIONS = toDose({ little: 5, all: 50 });
/** A request of 100 ms, and what comes between. */
const OLDEST_MS = 250;
const WORK_MS = 100;
const BETWEEN_MS = 50;

/** What a dead socket may have waited for on a busy machine: for its request to be over, and for a turn of the loop to be closed in. */
const toOldestMs = (stalledMs: number): number => Math.max(OLDEST_MS, WORK_MS + BETWEEN_MS + 2 * stalledMs);

interface Server {
  readonly pid: number;
  /** The longest time in which its loop did not come round so far, ms. */
  readonly askStalledMs: () => Promise<number>;
}

async function startServer(): Promise<Server> {
  const server = spawn(process.execPath, [SERVER], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    const ended = once(server, 'exit');
    server.stdin.end();
    await ended;
  });
  const lines = createInterface({ input: server.stdout });
  const [line]: unknown[] = await once(lines, 'line');
  const { pid }: { pid: number } = JSON.parse(String(line).replace('ready ', ''));
  await wait(700);
  const askStalledMs = async (): Promise<number> => {
    const answer = once(lines, 'line');
    server.stdin.write('\n');
    const [stalled]: unknown[] = await answer;
    return Number(String(stalled).replace('stalled ', ''));
  };
  return { pid, askStalledMs };
}

async function walkedAges(walk: KernelWalk, pid: number): Promise<number[]> {
  const ages: number[] = [];
  for (let look = 0; look < LOOKS; look++) {
    const walked = await walk.walk({ kind: 'process', pid }, 1000);
    if (walked.kind === 'failed') throw new Error(walked.because);
    const { deaths } = toWalkEvidence(walked.rows, { tookMs: walked.tookMs, clocks: null });
    for (const { atLeastMs } of deaths.values()) ages.push(atLeastMs ?? 0);
    await wait(10);
  }
  return ages;
}

async function countCertain(pid: number, certainAfterMs: number): Promise<number> {
  let certain = 0;
  for (let look = 0; look < INSPECTIONS; look++) {
    const { summary } = await inspect(pid, {
      sources: ['proc', 'autopsy', 'bpf'],
      settleMs: 10,
      certainAfterMs,
    });
    certain += summary.byLeak?.certain ?? 0;
  }
  return certain;
}

it.runIf(canWalk)(
  `finds nothing dead for over ${OLDEST_MS} ms at ${LOOKS} looks at a healthy server of 500 connections a second, and no certain leak`,
  async () => {
    const { pid, askStalledMs } = await startServer();
    const walk = await loadOwnWalk();
    const ages = await walkedAges(walk, pid);
    walk.dispose();

    expect(ages.length).toBeGreaterThan(LOOKS);
    const oldestMs = toOldestMs(await askStalledMs());
    expect(Math.max(...ages)).toBeLessThanOrEqual(oldestMs);
    const certain = await countCertain(pid, oldestMs);
    // A server that stalled for longer meanwhile did keep dead sockets for longer.
    if (toOldestMs(await askStalledMs()) <= oldestMs) expect(certain).toBe(0);
  },
);
