/** @module-tag python3 unshare nsenter mount */
import { execa } from 'execa';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Inspection } from '../../src/core/model/inspection.ts';
import { inspectJson, RUN } from './fdleak.ts';
import { startProgram } from './field/start-program.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

/** `inspect --json` of a process of which one thread says `text` of what it waits for. */
async function inspectLying(pid: number, text: string, { as = 0, mode = 0o444 } = {}): Promise<Inspection> {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-lying-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const lie = join(folder, 'syscall');
  chmodSync(folder, 0o755);
  writeFileSync(lie, text);
  chmodSync(lie, mode);
  const script = `mount --bind ${lie} /proc/${pid}/task/${pid}/syscall && exec setpriv --reuid=${as} --regid=${as} --clear-groups -- "$0" "$@"`;
  const args = ['--mount', 'sh', '-c', script, ...RUN, 'inspect', `${pid}`, '--json'];
  const { stdout } = await execa('unshare', args, { reject: false });
  return JSON.parse(stdout);
}

const waitedOn = ({ descriptors }: Inspection): ReadonlySet<string> =>
  new Set(
    descriptors
      .filter(({ verdict }) => verdict.is === 'peer-closed')
      .map(({ waitedOnBy }) => JSON.stringify(waitedOnBy)),
  );

describe.runIf(isRoot)('fdleak inspect of threads that do not tell the truth', () => {
  it.each([
    { why: 'rubbish', text: 'no such call', waits: 'null' },
    { why: 'nothing', text: '', waits: 'null' },
    {
      why: 'a poll(2) of memory that is not there',
      text: '7 0xdeadbeef000 0x4 0x0 0x0 0x0 0x0 0x7ffe 0x7f00',
      waits: 'null',
    },
    {
      why: 'a read of a descriptor that cannot be',
      text: '0 0xffffffffffffffff 0x0 0x0 0x0 0x0 0x0 0x7ffe 0x7f00',
      waits: '[]',
    },
    { why: 'that it runs', text: 'running', waits: '[]' },
  ])('knows no more than they say: $why', async ({ text, waits }) => {
    const { pid } = await startProgram('kinds.py', ['close_wait', '12']);
    const inspection = await inspectLying(pid, `${text}\n`);

    expect(waitedOn(inspection)).toEqual(new Set([waits]));
    expect(inspection.summary).toMatchObject({ byVerdict: { 'peer-closed': 12 }, byLeak: { certain: 0 } });
  });

  it('does not know who waits where that may not be read', async () => {
    const { pid } = await startProgram('kinds.py', ['close_wait', '12']);
    const inspection = await inspectLying(pid, 'running\n', { as: NOBODY, mode: 0 });
    expect(waitedOn(inspection)).not.toContain('[]');
  });
});

it('looks through 2,000 threads, and finds what each of them waits on', async () => {
  const { pid, reader } = await startProgram('kinds.py', ['threads', '2000']);
  const { inspection } = await inspectJson(pid);
  const waiting = inspection.descriptors.find(({ fd }) => fd === reader)?.waitedOnBy;

  expect(inspection.process.threads).toBe(2001);
  expect(waiting).toHaveLength(2000);
  expect(inspection.summary.byVerdict).toMatchObject({ 'peer-closed': 40 });
  expect(inspection.capability.leftOut).toBeNull();
});

it.runIf(isRoot)('finds its own sockets among 100,000 of others', async () => {
  await startProgram('kinds.py', ['udp_crowd', '100000']);
  const { pid, port } = await startProgram('kinds.py', ['close_wait', '20']);
  const { inspection } = await inspectJson(pid);

  expect(inspection.summary.byVerdict).toMatchObject({ 'peer-closed': 20, listening: 1 });
  expect(inspection.capability.missing).toEqual([]);
  expect(inspection.places[0]).toMatchObject({ count: 20, where: `accepted on 127.0.0.1:${Number(port)}` });
});

describe.runIf(isRoot)('fdleak inspect of unix sockets whose peers live in another pid namespace', () => {
  it('names them from outside by their number here, and from inside says that it does not know', async () => {
    const { pid, path, inside } = await startProgram('kinds.py', ['unix_server', '12']);
    const outside = await inspectJson(pid);
    const args = ['-t', `${Number(inside)}`, '-p', '-m', '--', ...RUN, 'inspect', '1', '--json'];
    const within: Inspection = JSON.parse((await execa('nsenter', args, { reject: false })).stdout);

    expect(outside.inspection.places[0]).toMatchObject({
      count: 12,
      path,
      otherEnd: { pid: inside, count: 12 },
    });
    expect(within.places.find(({ count }) => count === 12)).toMatchObject({ what: 'unix stream', otherEnd: null });
    for (const { findings } of [outside.inspection, within])
      expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});
