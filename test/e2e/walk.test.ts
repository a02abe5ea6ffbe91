/** @module-tag python3 unshare mount */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { InetSocket } from '../../src/core/model/socket.ts';
import type { Inspection } from '../../src/core/model/inspection.ts';
import { TYPES, withRenamed, withSwapped } from '../collect/bpf/doctored-types.ts';
import { fdleak, inspectJson, RUN } from './fdleak.ts';
import { startTarget } from './target.ts';

const canWalk = process.getuid?.() === 0 && existsSync(TYPES);

interface Death {
  readonly label: string;
  readonly fd: number;
  /** Wall-clock ms around it. */
  readonly before: number;
  readonly after: number;
}

const WITHOUT_BPF = fileURLToPath(new URL('processes/targets/without-bpf.py', import.meta.url));
const SOURCES = ['--sources', 'proc,autopsy,bpf'];
/** What the machine's clock and the test's own reading of it may be off by. */
const OFF_MS = 5;

const CAUSES: Readonly<Record<string, readonly [cause: string, errorName: string | null]>> = {
  reset: ['reset', 'ECONNRESET'],
  'reset-answered': ['reset', 'ECONNRESET'],
  'reset-told': ['ended', null],
  'ended-by-peer-first': ['ended', null],
  'ended-by-us-first': ['ended', null],
  'fin-then-reset': ['reset', 'EPIPE'],
  'left-over': ['reset', 'ECONNRESET'],
  'left-over-read': ['reset', 'ECONNRESET'],
  keepalive: ['timed-out', 'ETIMEDOUT'],
  'user-timeout': ['timed-out', 'ETIMEDOUT'],
  'zero-window': ['timed-out', 'ETIMEDOUT'],
  retransmission: ['timed-out', 'ETIMEDOUT'],
  destroyed: ['destroyed', 'ECONNABORTED'],
  'mptcp-reset': ['reset', null],
  'mptcp-ended': ['ended', null],
  'subflow-destroyed': ['unknown', null],
};
/**
 * Of these the last event is a later reading, an earlier packet, or another socket's, as with MPTCP: no time is said, but bounds that hold.
 */
const BOUNDED = new Set([
  'left-over',
  'left-over-read',
  'destroyed',
  'mptcp-reset',
  'mptcp-ended',
  'subflow-destroyed',
]);

const PLACES = ['own', 'other'].flatMap((netns) =>
  ['tcp', 'mptcp'].flatMap((protocol) => ['4', '6', '-mapped'].map((family) => `${netns} ${protocol}${family}`)),
);

const kindOf = ({ label }: Pick<Death, 'label'>): string => label.split(' ').at(-1) ?? '';

/** When the walk was from which ages count, as those tell whose moment is said: ms since 1970, by each. */
function whenWalked({ descriptors }: Inspection): number[] {
  return descriptors.flatMap(({ socket }) => {
    if (socket?.family !== 'inet' && socket?.family !== 'inet6') return [];
    const { diedAt, deadMs } = socket;
    return diedAt === null || deadMs?.atMost == null ? [] : [Date.parse(diedAt) + deadMs.atMost];
  });
}

/** Everything that the inspection, whose walk was at `walked`, says wrongly of one death. */
function whatIsWrong({ label, fd, before, after }: Death, inspection: Inspection, walked: number): string[] {
  const descriptor = inspection.descriptors.find((one) => one.fd === fd);
  const socket = descriptor?.socket;
  if (socket?.family !== 'inet' && socket?.family !== 'inet6') return [`${label}: no socket`];
  const kind = kindOf({ label });
  const found = JSON.stringify([descriptor?.verdict.cause, socket.errorName]);
  const isCause = found === JSON.stringify(CAUSES[kind]);
  const wrong = [...whatIsWrongOfTimes(socket, { before, after, walked }), ...(isCause ? [] : [found])];
  if (BOUNDED.has(kind) !== (socket.diedAt === null)) wrong.push(`died at ${socket.diedAt}`);
  return wrong.map((what) => `${label}: ${what}`);
}

function whatIsWrongOfTimes(
  { deadMs, diedAt }: Pick<InetSocket, 'deadMs' | 'diedAt'>,
  { before, after, walked }: Pick<Death, 'before' | 'after'> & { readonly walked: number },
): string[] {
  const wrong: string[] = [];
  const [youngest, oldest] = [walked - after, walked - before];
  if ((deadMs?.atLeast ?? 0) > oldest + OFF_MS) wrong.push(`at least ${deadMs?.atLeast}, died ${oldest} ago`);
  if ((deadMs?.atMost ?? Infinity) < youngest - OFF_MS) wrong.push(`at most ${deadMs?.atMost}, not ${youngest}`);
  const died = diedAt === null ? before : Date.parse(diedAt);
  if (died < before - OFF_MS || died > after + OFF_MS) wrong.push(`${died - before} ms after the kill`);
  return wrong;
}

describe.runIf(canWalk)('fdleak inspect of connections that died at known moments', () => {
  it('tells when each died within 5 ms, or bounds that hold, and of what', { timeout: 120_000 }, async () => {
    const { ready } = await startTarget<{ pid: number; deaths: readonly Death[] }>('deaths.py', ['4']);
    const { inspection } = await inspectJson(ready.pid, [...SOURCES, '--settle', '100ms']);
    const walks = whenWalked(inspection);
    const walked = Math.max(...walks);

    expect(inspection.sources.find(({ name }) => name === 'bpf')).toMatchObject({ status: 'read' });
    const wrong = ready.deaths.flatMap((death) => whatIsWrong(death, inspection, walked));

    expect(walked - Math.min(...walks)).toBeLessThanOrEqual(OFF_MS);
    expect(walked).toBeLessThanOrEqual(Date.parse(inspection.secondLookAt ?? ''));
    expect(wrong).toEqual([]);
    expect(ready.deaths.length).toBeGreaterThanOrEqual(200);
    expect(new Set(ready.deaths.map(kindOf))).toEqual(new Set(Object.keys(CAUSES)));
    expect(new Set(ready.deaths.map(({ label }) => label.split(' ').slice(0, 2).join(' ')))).toEqual(new Set(PLACES));
  });

  it('is asked only where something is dead, and can be turned off', async () => {
    const { inspection: own } = await inspectJson(process.pid, SOURCES);
    expect(own.capability.walk).toBeNull();
    const { ready } = await startTarget<{ pid: number }>('untouched.py');
    const bpf = async (args: readonly string[], env = {}): Promise<unknown> => {
      const { stdout } = await fdleak(['inspect', `${ready.pid}`, '--json', '--settle', '10ms', ...args], { env });
      const inspection: { sources: { name: string; status: string; because: string }[] } = JSON.parse(stdout);
      return inspection.sources.find(({ name }) => name === 'bpf');
    };
    expect(await bpf(SOURCES)).toMatchObject({ status: 'read' });
    expect(await bpf(['--no-bpf'])).toMatchObject({ status: 'skipped' });
    expect(await bpf(SOURCES, { FDLEAK_BPF: '0' })).toMatchObject({ because: 'turned off (FDLEAK_BPF=0)' });
  });

  it('needs CAP_BPF and CAP_PERFMON, says so, and judges by two looks without', async () => {
    const { ready } = await startTarget<{ pid: number }>('untouched.py');
    const attempt = (
      ...drop: readonly string[]
    ): { capability: { walk: boolean | null; missing: { what: string; remedy: string }[] } } => {
      const args = ['inspect', `${ready.pid}`, '--json', '--settle', '10ms', ...SOURCES];
      const run = spawnSync('setpriv', [...drop, process.execPath, 'bin/fdleak.js', ...args], { encoding: 'utf8' });
      return JSON.parse(run.stdout);
    };
    expect(
      attempt('--bounding-set=-all,+sys_ptrace,+bpf,+perfmon', '--inh-caps=-all,+sys_ptrace,+bpf,+perfmon').capability
        .walk,
    ).toBe(true);
    for (const only of ['+bpf', '+perfmon']) {
      const { capability } = attempt(`--bounding-set=-all,+sys_ptrace,${only}`, `--inh-caps=-all,+sys_ptrace,${only}`);
      expect(capability.walk).toBe(false);
      expect(capability.missing.find(({ what }) => what.startsWith('when the dead'))?.remedy).toContain('setpriv');
    }
  });

  it.each([
    ['are not there', () => Buffer.alloc(0), 'too short'],
    ['do not name a member', () => withRenamed('tcp_mstamp', 'tcp_mstamQ'), 'tcp_mstamp'],
    ['name two members the other way round', () => withSwapped('bytes_received', 'bytes_acked'), 'wrong about our own'],
  ])('judges by two looks where the types of the kernel %s, and says why', async (_what, types, because) => {
    const { ready } = await startTarget<{ pid: number }>('untouched.py');
    const folder = mkdtempSync(join(tmpdir(), 'fdleak-types-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'types'), types());
    const mounted = `mount --bind ${join(folder, 'types')} ${TYPES} && exec "$@"`;
    const args = ['inspect', `${ready.pid}`, '--json', '--settle', '10ms', ...SOURCES];
    const run = spawnSync('unshare', ['--mount', 'sh', '-c', mounted, 'sh', ...RUN, ...args], {
      encoding: 'utf8',
      // Where no offsets are kept.
      env: { ...process.env, XDG_CACHE_HOME: folder },
    });
    const inspection: Inspection = JSON.parse(run.stdout);
    expect(inspection.capability).toMatchObject({ walk: false });
    expect(inspection.capability.missing.find(({ source }) => source === 'bpf')?.because).toContain(because);
    expect(inspection.summary.byVerdict).toMatchObject({ orphaned: 2 });
  });

  it.each([
    ['EPERM', 'no seccomp filter'],
    ['ENOSYS', 'a seccomp filter, does not know bpf(2)'],
  ])('judges by two looks where a seccomp filter answers bpf(2) with %s, and says why', async (errno, because) => {
    const { ready } = await startTarget<{ pid: number }>('untouched.py');
    const args = ['inspect', `${ready.pid}`, '--json', '--settle', '10ms', ...SOURCES];
    const run = spawnSync('python3', ['-B', WITHOUT_BPF, errno, ...RUN, ...args], { encoding: 'utf8' });
    const inspection: Inspection = JSON.parse(run.stdout);
    expect(inspection.capability).toMatchObject({ walk: false });
    expect(inspection.capability.missing.find(({ source }) => source === 'bpf')?.because).toContain(because);
    expect(inspection.summary.byVerdict).toMatchObject({ orphaned: 2 });
  });
});
