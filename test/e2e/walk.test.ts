import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fdleak, inspectJson } from './fdleak.ts';
import { startTarget } from './target.ts';

const canWalk = process.getuid?.() === 0 && existsSync('/sys/kernel/btf/vmlinux');

interface Death {
  readonly label: string;
  readonly fd: number;
  /** Wall-clock ms around it. */
  readonly before: number;
  readonly after: number;
}

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
  destroyed: ['destroyed', 'ECONNABORTED'],
};
/** Of these the last event is a later reading, or may be an earlier packet: no time is said, but bounds that hold. */
const BOUNDED = new Set(['left-over', 'left-over-read', 'destroyed']);

describe.runIf(canWalk)('fdleak inspect of connections that died at known moments', () => {
  it('tells when each died within 5 ms, or bounds that hold, and of what', { timeout: 120_000 }, async () => {
    const { ready } = await startTarget<{ pid: number; deaths: readonly Death[] }>('deaths.py', ['8']);
    const { inspection } = await inspectJson(ready.pid, [...SOURCES, '--settle', '100ms']);
    const looked = Date.parse(inspection.secondLookAt ?? '');

    const wrong: string[] = [];
    for (const { label, fd, before, after } of ready.deaths) {
      const descriptor = inspection.descriptors.find((one) => one.fd === fd);
      const socket = descriptor?.socket;
      if (socket?.family !== 'inet' && socket?.family !== 'inet6') throw new Error(`${label}: no socket`);
      const kind = label.split(' ')[1] ?? '';
      const found = [descriptor?.verdict.cause, socket.errorName];
      if (`${found}` !== `${CAUSES[kind]}`) wrong.push(`${label}: ${found}`);
      const { atLeast, atMost } = socket.deadMs ?? { atLeast: null, atMost: null };
      // Bounds hold of whatever is said: ages count from the walk, which ended just before.
      const [youngest, oldest] = [looked - after, looked - before];
      if (atLeast !== null && atLeast > oldest + OFF_MS)
        wrong.push(`${label}: at least ${atLeast}, died ${oldest} ago`);
      if (atMost !== null && atMost < youngest - 3 * OFF_MS)
        wrong.push(`${label}: at most ${atMost}, died ${youngest} ago`);
      const died = socket.diedAt === null ? null : Date.parse(socket.diedAt);
      if (BOUNDED.has(kind) !== (died === null)) wrong.push(`${label}: died at ${socket.diedAt}`);
      if (died !== null && (died < before - OFF_MS || died > after + OFF_MS))
        wrong.push(`${label}: ${died - before} ms after the kill, of ${after - before}`);
    }

    expect(wrong).toEqual([]);
    expect(ready.deaths.length).toBeGreaterThanOrEqual(200);
    expect(inspection.capability.walk).toBe(true);
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

  it('leaves no program behind', async () => {
    const { ready } = await startTarget<{ pid: number }>('untouched.py');
    await inspectJson(ready.pid, [...SOURCES, '--settle', '10ms']);
    const { stdout } = spawnSync(
      'sh',
      ['-c', 'grep -ls fdleak_walk /proc/[0-9]*/fdinfo/* || grep -lsE "^prog_id" /proc/[0-9]*/fdinfo/*'],
      {
        encoding: 'utf8',
      },
    );
    expect(stdout).toBe('');
  });
});
