import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWalkMap, loadWalkProgram } from '../../../src/collect/bpf/kernel-walk.ts';
import { type CheckedWalk, loadWalk, type WalkOptions } from '../../../src/collect/bpf/load-walk.ts';
import { checkOnOurselves } from '../../../src/collect/bpf/self-check.ts';
import type { KernelCalls } from '../../../src/collect/kernel-calls.ts';
import { loadKernelCalls } from '../../../src/collect/load-kernel-calls.ts';
import { ALL_FIELDS } from '../../../src/core/bpf/layout.ts';
import { findOffsets, type Offsets } from '../../../src/core/bpf/offsets.ts';
import { parseBtf } from '../../../src/core/parse/btf.ts';
import { TYPES, withRenamed, withSwapped } from './doctored-types.ts';

const NETNS = /\d+/.exec(readlinkSync('/proc/self/ns/net'))?.[0] ?? null;

/** The walk needs root, or two capabilities, and a kernel that describes its types: GitHub's runners have both under sudo. */
const canWalk = process.getuid?.() === 0 && existsSync(TYPES);
if (!canWalk) console.warn('skipped: the kernel’s own walk (needs root and /sys/kernel/btf/vmlinux)');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fdleak-walk-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function load(options: Partial<WalkOptions> = {}): Promise<CheckedWalk> {
  const loaded = await loadWalk(loadKernelCalls(), { typesPath: TYPES, cacheFolder: null, netns: NETNS, ...options });
  if (loaded.kind === 'loaded') loaded.walk.dispose();
  return loaded;
}

function keep(bytes: Uint8Array): string {
  const path = join(folder, 'types');
  writeFileSync(path, bytes);
  return path;
}

function realCalls(): KernelCalls {
  const loaded = loadKernelCalls();
  if (loaded.kind === 'unavailable') throw new Error(loaded.because);
  return loaded.calls;
}

function realOffsets(): Offsets {
  const btf = parseBtf(readFileSync(TYPES));
  const offsets = btf.kind === 'found' ? findOffsets(btf.value) : btf;
  if (offsets.kind === 'missing') throw new Error(offsets.because);
  return offsets.value;
}

describe.skipIf(!canWalk)('loadWalk', () => {
  it('is accepted by the verifier of this kernel, and right about our own descriptors', async () => {
    expect(await load()).toMatchObject({ kind: 'loaded', isOurNumbering: true });
  });

  it('leaves no descriptor behind', async () => {
    await load();
    const before = readdirSync('/proc/self/fd').length;
    for (let round = 0; round < 5; round++) await load();
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
  });

  it('keeps the offsets, and does not need the types a second time', async () => {
    const cacheFolder = join(folder, 'cache');
    expect(await load({ cacheFolder })).toMatchObject({ kind: 'loaded' });
    expect(await load({ cacheFolder, typesPath: '/nowhere' })).toMatchObject({ kind: 'loaded' });
  });

  it('finds the offsets anew where the kept ones are spoilt or anybody may write them', async () => {
    const cacheFolder = join(folder, 'spoilt');
    await load({ cacheFolder });
    const [name = ''] = readdirSync(cacheFolder);
    const kept = readFileSync(join(cacheFolder, name), 'utf8');
    writeFileSync(join(cacheFolder, name), kept.replace('"iteratorId":', '"iteratorId":1'));
    expect(await load({ cacheFolder })).toMatchObject({ kind: 'loaded' });
    expect(readFileSync(join(cacheFolder, name), 'utf8')).toBe(kept);
    execFileSync('chmod', ['666', join(cacheFolder, name)]);
    expect(await load({ cacheFolder, typesPath: '/nowhere' })).toMatchObject({ failure: { step: 'types' } });
  });

  it.each([
    'tcp_mstamp',
    'skc_daddr',
    'sk_err',
    'f_inode',
    'rcvq_space',
    'icsk_ack',
    'bpf_iter_task_file',
    'unix_sock',
  ])('says what is missing where this kernel does not call it %s', async (name) => {
    const loaded = await load({ typesPath: keep(withRenamed(name, name.replace(/.$/, 'Q'))) });
    expect(loaded).toMatchObject({ failure: { step: 'members' } });
    expect(loaded.kind === 'unavailable' && loaded.failure.because).toContain(name);
  });

  it.each([
    ['bytes_received', 'bytes_acked'],
    ['rcv_nxt', 'copied_seq'],
    ['sk_type', 'sk_protocol'],
    ['sk_ack_backlog', 'sk_max_ack_backlog'],
  ])('finds out on itself that %s and %s have each other’s place, which the verifier lets pass', async (one, other) => {
    const loaded = await load({ typesPath: keep(withSwapped(one, other)) });
    expect(loaded).toMatchObject({ failure: { step: 'self-check' } });
  });

  it.each([
    ['no file', '/nowhere'],
    ['an empty file', '/dev/null'],
    ['another file', '/proc/self/exe'],
  ])('says so where the types are %s', async (_what, typesPath) => {
    expect(await load({ typesPath })).toMatchObject({ failure: { step: 'types' } });
  });

  it('never gives a wrong answer with offsets that are off: refused, found wrong on ourselves, or right all the same', async () => {
    const calls = realCalls();
    const offsets = realOffsets();
    const survivors: string[] = [];
    for (const [which, { root, path }] of ALL_FIELDS.entries()) {
      for (const by of [-64, -16, -8, -4, -2, -1, 1, 2, 4, 8, 16, 64]) {
        if ((offsets.ways[which]?.offset ?? 0) + by < 0) continue;
        const ways = offsets.ways.map((way, at) => (at === which ? { ...way, offset: way.offset + by } : way));
        const map = createWalkMap(calls);
        if (typeof map !== 'number') throw new Error(map.because);
        const loaded = loadWalkProgram(calls, map, { ...offsets, ways });
        if (loaded.kind === 'unavailable') continue;
        const checked = await checkOnOurselves(loaded.walk, calls, NETNS);
        loaded.walk.dispose();
        if (checked.kind === 'passed') survivors.push(`${root} ${path} ${by}`);
      }
    }
    expect(survivors).toEqual([]);
  }, 60_000);
});

describe.skipIf(!canWalk)('loadWalk on a kernel that knows less of bpf(2)', () => {
  it.each([
    ['a program that walks', 5, { step: 'program', remedy: 'a newer kernel: needs Linux 6.1' }],
    ['a link to an iterator', 28, { step: 'self-check', because: expect.stringContaining('errno 22') }],
    ['an iterator', 33, { step: 'self-check', because: expect.stringContaining('errno 22') }],
  ])('says so where it does not know %s, and leaves no descriptor behind', async (_what, unknown, failure) => {
    const calls = realCalls();
    let failed = false;
    const older: KernelCalls = {
      ...calls,
      bpf: (command, ...rest) => {
        failed = command === unknown;
        return failed ? -1 : calls.bpf(command, ...rest);
      },
      errno: () => (failed ? 22 : calls.errno()),
    };
    const before = readdirSync('/proc/self/fd').length;
    const loaded = await loadWalk(
      { kind: 'loaded', calls: older },
      { typesPath: TYPES, cacheFolder: null, netns: NETNS },
    );
    expect(loaded).toMatchObject({ kind: 'unavailable', failure });
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
  });
});

describe('loadWalk without what it needs', () => {
  it('says what it needs where koffi is not there', async () => {
    const loaded = await loadWalk(
      { kind: 'unavailable', because: 'koffi: not installed' },
      { typesPath: TYPES, cacheFolder: null, netns: null },
    );
    expect(loaded).toMatchObject({ failure: { step: 'calls', because: 'koffi: not installed' } });
  });

  it('names the capabilities and how to get them where bpf(2) is not permitted', async () => {
    const calls = { ...realCalls(), bpf: () => -1, errno: () => 1 };
    const loaded = await loadWalk({ kind: 'loaded', calls }, { typesPath: TYPES, cacheFolder: null, netns: null });
    expect(loaded).toMatchObject({ failure: { step: 'map' } });
    expect(loaded.kind === 'unavailable' && loaded.failure.because).toContain('CAP_BPF and CAP_PERFMON');
    expect(loaded.kind === 'unavailable' && loaded.failure.remedy).toContain('setpriv');
  });

  it.each([
    [38, 'map'],
    [22, 'map'],
  ])('says so where the kernel answers errno %d, as one of 5.4 or a seccomp filter does', async (errno, step) => {
    const calls = { ...realCalls(), bpf: () => -1, errno: () => errno };
    const loaded = await loadWalk({ kind: 'loaded', calls }, { typesPath: TYPES, cacheFolder: null, netns: null });
    expect(loaded).toMatchObject({ failure: { step } });
  });
});
