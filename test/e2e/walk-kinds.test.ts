/** @module-tag python3 setpriv unshare mount */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type LeanLook, lookLean } from '../../src/app/watch/lean-look.ts';
import { SparingSs } from '../../src/app/watch/sparing-ss.ts';
import { WatchWalk } from '../../src/app/watch/watch-walk.ts';
import { ProcFs } from '../../src/collect/proc-fs.ts';
import type { Descriptor } from '../../src/core/model/descriptor.ts';
import { toWorld } from '../../src/machine.ts';
import { inspectJson } from './fdleak.ts';
import { startTarget } from './target.ts';
import { inspectAsNobody, runAsNobody } from './walk-as-nobody.ts';
import { startZoo } from './zoo.ts';

const canWalk = process.getuid?.() === 0 && existsSync('/sys/kernel/btf/vmlinux');
const CROWD = fileURLToPath(new URL('../../bench/crowd.py', import.meta.url));

/** A /proc that says of every process that it holds thousands, so that the walk lists them. */
class CrowdedProc extends ProcFs {
  override stat(path: string): ReturnType<ProcFs['stat']> {
    const stat = super.stat(path);
    return stat.kind === 'read' && path.endsWith('/fd')
      ? { ...stat, value: Object.assign(stat.value, { size: 5000n }) }
      : stat;
  }
}

/** One look as a watch takes it, and whether the walk was loaded for it. */
async function lookOnce(pid: number, how: { readonly walks: boolean; readonly proc?: ProcFs }) {
  let loads = 0;
  const real = toWorld([]);
  const loadWalk: typeof real.loadWalk = async () => {
    loads += 1;
    return how.walks
      ? await real.loadWalk()
      : { kind: 'unavailable', failure: { step: 'off', because: '', remedy: null } };
  };
  const world = { ...real, isHidden: () => false, proc: how.proc ?? real.proc, loadWalk };
  const [walk, ss] = [new WatchWalk(), new SparingSs()];
  onTestFinished(() => walk.dispose());
  const asks = { pid, ss, walk, ssWants: { inet: false, unix: false }, known: new Map(), settled: null };
  const sight = await lookLean(world, { ...asks, names: new Map(), interrupted: new AbortController().signal });
  if (sight.kind !== 'seen') throw new Error(sight.kind);
  return { look: sight.look, loads };
}

const factsOf = ({ fd, tid, kind, target, inode, deleted, verdict, socket, object, place }: Descriptor): unknown => ({
  at: [fd, tid],
  kind,
  target,
  inode,
  deleted,
  place,
  object,
  verdict: [verdict.is, verdict.cause, verdict.leak],
  socket:
    socket === null ? null : [socket.family, socket.type, socket.protocol, socket.foreign, 'local' in socket && socket],
});

/** Ages and counts of what moves by itself between two looks, and who asked. */
const MOVING = new Set(['use', 'autopsy', 'deadMs', 'sinceAckMs', 'checked']);
const still = (look: LeanLook): unknown[] =>
  look.descriptors
    .toSorted((a, b) => (a.tid ?? 0) - (b.tid ?? 0) || a.fd - b.fd)
    .map((one) => JSON.parse(JSON.stringify(factsOf(one), (key, value: unknown) => (MOVING.has(key) ? null : value))));

describe.runIf(canWalk)('a whole look of a watch, as root', () => {
  it('says of every kind by the walk what it says by /proc and autopsies', { timeout: 120_000 }, async () => {
    const zoo = await startZoo();
    const byProc = await lookOnce(zoo.pid, { walks: false });
    const byWalk = await lookOnce(zoo.pid, { walks: true, proc: new CrowdedProc() });

    expect(byWalk.loads).toBe(1);
    expect(byProc.look.descriptors.length).toBeGreaterThan(200);
    expect(still(byWalk.look)).toEqual(still(byProc.look));
  });

  it('is taken by the walk where there are thousands', { timeout: 120_000 }, async () => {
    const child = spawn('unshare', ['--net', 'sh', '-c', `ip link set lo up && exec python3 ${CROWD} 1500 1500`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill());
    const [line] = await once(child.stdout, 'data');
    const { pid }: { pid: number } = JSON.parse(String(line));
    const byWalk = await lookOnce(pid, { walks: true });
    const byProc = await lookOnce(pid, { walks: false });

    expect(byWalk.loads).toBe(1);
    expect(still(byWalk.look)).toEqual(still(byProc.look));
    expect(byWalk.look.descriptors.filter(({ verdict }) => verdict.is === 'orphaned')).toHaveLength(1500);
  });

  it('follows files on mounts that only the process sees', async () => {
    const { ready } = await startTarget<{ pid: number; held: Record<string, number> }>('own-mounts.py');
    const byProc = await lookOnce(ready.pid, { walks: false });
    const byWalk = await lookOnce(ready.pid, { walks: true, proc: new CrowdedProc() });

    expect(still(byWalk.look)).toEqual(still(byProc.look));
  });
});

describe.runIf(canWalk)('fdleak inspect as nobody, with the two capabilities', () => {
  it('sees what lies on mounts that only the process sees as root does', async () => {
    const { ready } = await startTarget<{ pid: number; held: Record<string, number> }>('own-mounts.py');
    const root = (await inspectJson(ready.pid, ['--sources', 'proc,autopsy', '--settle', '0'])).inspection;
    const walked = await inspectAsNobody(ready.pid, '+bpf,+perfmon');
    const seen = (all: readonly Descriptor[]) =>
      Object.entries(ready.held).map(([label, fd]) => {
        const one = all.find((each) => each.fd === fd);
        return [label, one?.kind, one?.target, one?.inode, one?.deleted, one?.verdict.is];
      });

    expect(walked.sources.find(({ name }) => name === 'proc-fd')).toMatchObject({ status: 'denied' });
    expect(seen(walked.descriptors)).toEqual(seen(root.descriptors));
  });

  it('sees through another thread where the first has ended, and calls nothing certain', async () => {
    type Ready = { pid: number; listener: number; established: number; orphan: number };
    const { ready } = await startTarget<Ready>('leader-exits.py');
    const root = (await inspectJson(ready.pid, ['--sources', 'proc,autopsy', '--settle', '50ms'])).inspection;
    const walked = await inspectAsNobody(ready.pid, '+bpf,+perfmon');
    const verdicts = (all: readonly Descriptor[]) => all.map(({ fd, kind, verdict: { is } }) => [fd, kind, is]);

    expect(verdicts(walked.descriptors)).toEqual(verdicts(root.descriptors));
    expect(walked.descriptors.find(({ fd }) => fd === ready.orphan)?.verdict).toMatchObject({
      is: 'orphaned',
      cause: 'reset',
      leak: 'suspect',
    });
  });
});

it.runIf(canWalk)(
  'fdleak watch as nobody sees another’s descriptors with the two capabilities, and not without',
  async () => {
    const { ready } = await startTarget<{ pid: number }>('untouched.py');
    const args = [
      'watch',
      `${ready.pid}`,
      '--samples',
      '2',
      '--interval',
      '200ms',
      '--no-history',
      '--format',
      'ndjson',
    ];
    const lastOf = async (capabilities: string): Promise<unknown> =>
      JSON.parse((await runAsNobody(capabilities, args)).stdout.trim().split('\n').at(-1) ?? '');

    expect(await lastOf('+bpf,+perfmon')).toMatchObject({
      open: expect.any(Number),
      full: true,
      byVerdict: { orphaned: 2, listening: 1 },
    });
    expect(await lastOf('')).toMatchObject({ open: expect.any(Number), full: false, byVerdict: null });
  },
);
