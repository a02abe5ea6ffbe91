/** What `inspect` says of a server that holds requests until it has news, and whose clients have vanished without a packet. */
import { expect, it } from 'vitest';
import type { Inspection } from '../../src/core/model/inspection.ts';
import { fdleak } from './fdleak.ts';
import { startProgram } from './field/start-program.ts';

const PROGRAM = 's-29-vanished-pollers.py';
const NEEDS = { tags: ['python3', 'ip'] };
const isRoot = process.getuid?.() === 0;

async function inspect(pid: number, ...options: readonly string[]) {
  const { stdout, exitCode } = await fdleak(['inspect', `${pid}`, '--json', ...options]);
  const { summary, descriptors, findings }: Inspection = JSON.parse(stdout);
  return { summary, descriptors, findings, exitCode };
}

it.skipIf(!isRoot)(
  'accuses none of the requests that it holds, however soon the dead were certain',
  NEEDS,
  async () => {
    const { pid } = await startProgram(PROGRAM, ['silent']);

    const { summary, findings, exitCode } = await inspect(pid, '--certain-after', '1ms');

    expect(exitCode).toBe(0);
    expect(summary).toMatchObject({ byVerdict: { established: 35 }, byLeak: { certain: 0, suspect: 0 } });
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  },
);

it.skipIf(!isRoot)(
  'calls those on which the kernel gave up dead, and leaks once that is long enough ago',
  NEEDS,
  async () => {
    const { pid } = await startProgram(PROGRAM, ['answers']);

    const young = await inspect(pid);
    expect(young.exitCode).toBe(0);
    expect(young.summary).toMatchObject({
      byVerdict: { orphaned: 30, established: 5 },
      byLeak: { certain: 0, suspect: 30 },
    });
    const dead = young.descriptors.filter(({ verdict }) => verdict.is === 'orphaned');
    expect(new Set(dead.map(({ verdict }) => verdict.cause))).toEqual(new Set(['timed-out']));

    const old = await inspect(pid, '--certain-after', '1s');
    expect(old.exitCode).toBe(1);
    expect(old.summary).toMatchObject({ byLeak: { certain: 30, suspect: 0 } });
  },
);
