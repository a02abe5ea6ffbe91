/** @module-tag python3 */
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Fact } from '../../src/core/model/finding.ts';
import { inspectJson } from './fdleak.ts';
import { startTarget } from './target.ts';

const canWalk = process.getuid?.() === 0 && existsSync('/sys/kernel/btf/vmlinux');
const ARGS = ['--sources', 'proc,autopsy,bpf', '--settle', '100ms', '--certain-after', '2s'];
/** Of the rate: the look falls anywhere between two bursts, and timers are late. */
const OFF = 0.2;

async function paceOf(script: string): Promise<Fact | undefined> {
  const { ready } = await startTarget<{ pid: number }>('paces.py', [script]);
  const { inspection } = await inspectJson(ready.pid, ARGS);
  return inspection.findings.flatMap(({ facts }) => facts).find(({ kind }) => kind === 'pace');
}

it.runIf(canWalk)(
  'tells the pace of a steady, a bursty and an ended leak, and whether it goes on, from one look',
  async () => {
    const [steady, bursts, ended] = await Promise.all([paceOf('steady'), paceOf('bursts'), paceOf('ended')]);
    const perMinute = (pace: Fact | undefined): number => Number(pace?.['perHour']) / 60;

    expect([steady, bursts, ended].map((pace) => pace?.['stillGoing'])).toEqual([true, true, false]);
    expect(Math.abs(perMinute(steady) / 240 - 1)).toBeLessThan(OFF);
    expect(Math.abs(perMinute(bursts) / 150 - 1)).toBeLessThan(OFF);
    expect(Math.abs(perMinute(ended) / 240 - 1)).toBeLessThan(OFF);
  },
);
