/** @module-tag python3 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { InetSocket } from '../../src/core/model/socket.ts';
import type { Inspection } from '../../src/core/model/inspection.ts';
import { FDLEAK, fdleak, inspectJson } from './fdleak.ts';
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

/** Everything that the inspection, whose last look ended at `looked`, says wrongly of one death. */
function whatIsWrong({ label, fd, before, after }: Death, inspection: Inspection, looked: number): string[] {
  const descriptor = inspection.descriptors.find((one) => one.fd === fd);
  const socket = descriptor?.socket;
  if (socket?.family !== 'inet' && socket?.family !== 'inet6') return [`${label}: no socket`];
  const kind = label.split(' ')[1] ?? '';
  const found = JSON.stringify([descriptor?.verdict.cause, socket.errorName]);
  const isCause = found === JSON.stringify(CAUSES[kind]);
  const wrong = [...whatIsWrongOfTimes(socket, { before, after, looked }), ...(isCause ? [] : [found])];
  if (BOUNDED.has(kind) !== (socket.diedAt === null)) wrong.push(`died at ${socket.diedAt}`);
  return wrong.map((what) => `${label}: ${what}`);
}

function whatIsWrongOfTimes(
  { deadMs, diedAt }: Pick<InetSocket, 'deadMs' | 'diedAt'>,
  { before, after, looked }: Pick<Death, 'before' | 'after'> & { readonly looked: number },
): string[] {
  const wrong: string[] = [];
  // Ages count from the walk, which ended some ms before, on a busy machine more.
  const [youngest, oldest] = [looked - after, looked - before];
  if ((deadMs?.atLeast ?? 0) > oldest + OFF_MS) wrong.push(`at least ${deadMs?.atLeast}, died ${oldest} ago`);
  if ((deadMs?.atMost ?? Infinity) < youngest - 200) wrong.push(`at most ${deadMs?.atMost}, not ${youngest}`);
  const died = diedAt === null ? before : Date.parse(diedAt);
  if (died < before - OFF_MS || died > after + OFF_MS) wrong.push(`${died - before} ms after the kill`);
  return wrong;
}

describe.runIf(canWalk)('fdleak inspect of connections that died at known moments', () => {
  it('tells when each died within 5 ms, or bounds that hold, and of what', { timeout: 120_000 }, async () => {
    const { ready } = await startTarget<{ pid: number; deaths: readonly Death[] }>('deaths.py', ['8']);
    const { inspection } = await inspectJson(ready.pid, [...SOURCES, '--settle', '100ms']);
    const looked = Date.parse(inspection.secondLookAt ?? '');

    expect(inspection.sources.find(({ name }) => name === 'bpf')).toMatchObject({ status: 'read' });
    const wrong = ready.deaths.flatMap((death) => whatIsWrong(death, inspection, looked));

    expect(wrong).toEqual([]);
    expect(ready.deaths.length).toBeGreaterThanOrEqual(200);
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

  it('leaves no program behind, neither at its end nor when it is killed', async () => {
    const { ready } = await startTarget<{ pid: number }>('untouched.py');
    await inspectJson(ready.pid, [...SOURCES, '--settle', '10ms']);
    await expect.poll(countPrograms, { timeout: 10_000 }).toBe(0);

    const child = spawn(process.execPath, [FDLEAK, 'inspect', `${ready.pid}`, ...SOURCES, '--settle', '60s']);
    await expect.poll(countPrograms, { timeout: 10_000 }).toBe(1);
    child.kill('SIGKILL');
    await expect.poll(countPrograms, { timeout: 10_000 }).toBe(0);
  });
});

/** Our programs that the kernel holds, by BPF_PROG_GET_NEXT_ID, BPF_PROG_GET_FD_BY_ID and BPF_OBJ_GET_INFO_BY_FD. */
function countPrograms(): number {
  const { stdout } = spawnSync('python3', ['-c', LIST_PROGRAMS], { encoding: 'utf8' });
  return Number(stdout);
}

const LIST_PROGRAMS = `
import ctypes, os, struct
libc = ctypes.CDLL(None, use_errno=True)
CALL = 321 if os.uname().machine == "x86_64" else 280
def bpf(command, attributes):
    return libc.syscall(CALL, command, attributes, len(attributes))
count, last = 0, 0
while True:
    step = ctypes.create_string_buffer(struct.pack("III", last, 0, 0), 12)
    if bpf(11, step) < 0:
        break
    last = struct.unpack("III", step.raw)[1]
    fd = bpf(13, ctypes.create_string_buffer(struct.pack("III", last, 0, 0), 12))
    if fd < 0:
        continue
    info = ctypes.create_string_buffer(232)
    bpf(15, ctypes.create_string_buffer(struct.pack("IIQ", fd, 232, ctypes.addressof(info)), 16))
    count += b"fdleak_walk" in info.raw
    os.close(fd)
print(count)
`;
