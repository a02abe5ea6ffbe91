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

async function startServer(): Promise<number> {
  const server = spawn(process.execPath, [SERVER], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    const ended = once(server, 'exit');
    server.stdin.end();
    await ended;
  });
  const [line]: unknown[] = await once(createInterface({ input: server.stdout }), 'line');
  const { pid }: { pid: number } = JSON.parse(String(line).replace('ready ', ''));
  await wait(700);
  return pid;
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

async function countCertain(pid: number): Promise<number> {
  let certain = 0;
  for (let look = 0; look < INSPECTIONS; look++) {
    const { summary } = await inspect(pid, {
      sources: ['proc', 'autopsy', 'bpf'],
      settleMs: 10,
      certainAfterMs: OLDEST_MS,
    });
    certain += summary.byLeak?.certain ?? 0;
  }
  return certain;
}

it.runIf(canWalk)(
  `finds nothing dead for over ${OLDEST_MS} ms at ${LOOKS} looks at a healthy server of 500 connections a second, and no certain leak`,
  async () => {
    const pid = await startServer();
    const walk = await loadOwnWalk();
    const ages = await walkedAges(walk, pid);
    walk.dispose();

    expect(ages.length).toBeGreaterThan(LOOKS);
    expect(Math.max(...ages)).toBeLessThanOrEqual(OLDEST_MS);
    expect(await countCertain(pid)).toBe(0);
  },
);
