/** @module-tag python3 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Descriptor } from '../../src/core/model/descriptor.ts';
import type { Inspection } from '../../src/core/model/inspection.ts';
import { inspectJson, PATIENT, RUN } from './fdleak.ts';
import { startTarget } from './target.ts';
import { inspectAsNobody, WALK } from './walk-as-nobody.ts';
import { startZoo } from './zoo.ts';

const canWalk = process.getuid?.() === 0 && existsSync('/sys/kernel/btf/vmlinux');
const CROWD = fileURLToPath(new URL('../../bench/crowd.py', import.meta.url));
const COST = fileURLToPath(new URL('../../bench/lib/cost.py', import.meta.url));
/** A busy machine only makes it slower. */
const OWN = ['--sources', 'proc,autopsy', '--settle', '50ms', ...PATIENT];

const keyOf = ({ tid, fd }: Descriptor): string => `${tid ?? ''}/${fd}`;

/** What must be the same however a descriptor was seen. */
const factsOf = ({ kind, target, inode, deleted, sharedWith, verdict, socket }: Descriptor): unknown => ({
  kind,
  target,
  inode,
  deleted,
  sharedWith,
  verdict: [verdict.is, verdict.cause],
  socket: socket === null ? null : [socket.family, socket.type, socket.protocol, socket.foreign],
  ends: socket !== null && 'local' in socket ? [socket.local, socket.remote, socket.acceptedOn] : null,
});

/** MPTCP aside, whose states are another structure's: the kernel's name of these is an xattr that this user may not read. */
const LESS = ['vsock', 'vsock-bound', 'xdp'];

const isMptcp = ({ socket }: Descriptor): boolean => socket?.protocol === 'mptcp';
const sourceOf = ({ sources }: Inspection, name: string) => sources.find((one) => one.name === name);

describe.runIf(canWalk)('fdleak inspect with the walk and without the right to look into the process', () => {
  it('sees every descriptor of the zoo as root sees it by /proc and autopsies', { timeout: 120_000 }, async () => {
    const zoo = await startZoo();
    // The walk tells their causes to both: one of them reads the descriptors by /proc all the same.
    const root = (await inspectJson(zoo.pid, ['--sources', 'proc,autopsy,bpf', '--settle', '50ms', ...PATIENT]))
      .inspection;
    const walked = await inspectAsNobody(zoo.pid, '+bpf,+perfmon');
    const byRoot = new Map(root.descriptors.map((one) => [keyOf(one), one]));
    const labels = new Map(zoo.specimens.map(({ fd, tid, label }) => [`${tid ?? ''}/${fd}`, label]));
    const differing = walked.descriptors.filter((one) => {
      const other = byRoot.get(keyOf(one));
      return other === undefined || JSON.stringify(factsOf(one)) !== JSON.stringify(factsOf(other));
    });

    expect(sourceOf(root, 'proc-fd')).toMatchObject({ status: 'read' });
    expect(sourceOf(walked, 'proc-fd')).toMatchObject({ status: 'denied' });
    expect(sourceOf(walked, 'bpf')).toMatchObject({ status: 'read', descriptors: walked.descriptors.length });
    expect(walked.capability.walk).toBe(true);
    expect(walked.descriptors.map(keyOf).toSorted()).toEqual([...byRoot.keys()].toSorted());
    expect(differing.flatMap((one) => (isMptcp(one) ? [] : (labels.get(keyOf(one)) ?? keyOf(one)))).toSorted()).toEqual(
      LESS,
    );
    expect(walked.descriptors.filter((one) => isMptcp(one) && one.verdict.is === 'orphaned')).toEqual([]);
    expect(walked.descriptors.filter(({ verdict }) => verdict.is === 'orphaned').length).toBeGreaterThan(30);
  });

  it('says which step failed without the capabilities, and sees no more than /proc without the walk', async () => {
    const { ready } = await startTarget<{ pid: number }>('untouched.py');
    const without = await inspectAsNobody(ready.pid, '');
    expect(without.capability).toMatchObject({ walk: false, level: 'count' });
    expect(without.capability.missing.find(({ source }) => source === 'bpf')).toMatchObject({
      because: expect.stringContaining('bpf(BPF_MAP_CREATE): not permitted'),
      remedy: expect.stringContaining('setpriv'),
    });
    expect(without.descriptors).toEqual([]);

    const unwanted = await inspectAsNobody(ready.pid, '+bpf,+perfmon', ['--no-bpf', '--settle', '0']);
    expect(unwanted.capability).toMatchObject({ walk: null, level: 'count' });
    expect(unwanted.descriptors).toEqual([]);
  });
});

describe.runIf(canWalk)('fdleak inspect of thousands of descriptors', () => {
  it('takes from the walk what /proc and autopsies say', { timeout: 120_000 }, async () => {
    const { pid, descriptors } = await startCrowd(1500);
    const byProc = (await inspectJson(pid, OWN)).inspection;
    const byWalk = (await inspectJson(pid, WALK)).inspection;

    expect(byProc.descriptors).toHaveLength(descriptors);
    expect(sourceOf(byWalk, 'bpf')).toMatchObject({ status: 'read', descriptors });
    expect(sourceOf(byWalk, 'proc-fd')).toMatchObject({ status: 'skipped' });
    expect(byWalk.descriptors.map(factsOf)).toEqual(byProc.descriptors.map(factsOf));
    const autopsies = ({ descriptors: all }: Inspection) =>
      all.map(({ socket }) => (socket !== null && 'autopsy' in socket ? socket.autopsy : null));
    const untimed = (all: ReturnType<typeof autopsies>) =>
      all.map((one) => (one === null ? null : { ...one, sinceDataMs: 0, sinceAckMs: 0 }));
    expect(untimed(autopsies(byWalk))).toEqual(untimed(autopsies(byProc)));
    expect(byWalk.summary.byVerdict).toMatchObject({ orphaned: 1500 });
  });

  it('takes less than 120 MB for 19,505', { timeout: 120_000 }, async () => {
    const { pid, descriptors } = await startCrowd(6500);
    const command = [COST, ...RUN, 'inspect', `${pid}`, '--json', '--sources', 'proc,bpf', '--settle', '0'];
    const { stderr } = await execa('python3', command, { reject: false, maxBuffer: 1 << 26 });

    expect(descriptors).toBeGreaterThan(19_500);
    expect(Number(/^peak (\d+) MB/m.exec(stderr)?.[1])).toBeLessThan(120);
  });
});

/** So many connections that live, and as many accepted ones that were reset. */
async function startCrowd(each: number): Promise<{ readonly pid: number; readonly descriptors: number }> {
  const child = spawn('unshare', ['--net', 'sh', '-c', `ip link set lo up && exec python3 ${CROWD} ${each} ${each}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  const [line] = await once(child.stdout, 'data');
  return JSON.parse(String(line));
}
