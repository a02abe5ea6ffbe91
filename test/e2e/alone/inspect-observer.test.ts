/** @module-tag python3 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FDLEAK, fdleak, inspectJson, PATIENT } from '../fdleak.ts';
import { HANG_MS } from '../hang.ts';
import { startTarget } from '../target.ts';

/** The command line of an inspection by /proc and autopsy alone. */
const inspecting = (pid: number): readonly string[] => [
  process.execPath,
  FDLEAK,
  'inspect',
  `${pid}`,
  '--sources',
  'proc,autopsy',
  '--json',
  ...PATIENT,
];

const isRoot = process.getuid?.() === 0;
interface Untouched {
  readonly pid: number;
  readonly reset: number;
  readonly unread: number;
  readonly living: number;
  readonly doomed: number;
}

describe('fdleak inspect changes nothing in the process', () => {
  it('leaves a pending error to be read by its program', async () => {
    const { ready, ask } = await startTarget<Untouched>('untouched.py');
    const { inspection } = await inspectJson(ready.pid);
    expect(inspection.descriptors.find(({ fd }) => fd === ready.reset)?.verdict).toMatchObject({
      is: 'orphaned',
      cause: 'reset',
    });
    expect(await ask('error')).toBe('ECONNRESET');
    expect(await ask('error')).toBe(0);
  });

  it('leaves unread bytes where they are', async () => {
    const { ready, ask } = await startTarget<Untouched>('untouched.py');
    await fdleak(['inspect', `${ready.pid}`]);
    expect(await ask('living')).toBe('still there');
    expect(await ask('unread')).toEqual(['before the end', 'ECONNRESET']);
  });

  it('keeps no duplicate open: what the program closes during the look ends at once', async () => {
    const { ready, ask } = await startTarget<Untouched>('untouched.py');
    const looking = inspectJson(ready.pid, ['--settle', '2s', '--sources', 'proc,autopsy']);
    await wait(1200);
    expect(await ask('end')).toBeLessThan(500);
    const { inspection } = await looking;
    expect(inspection.secondLookAt).not.toBeNull();
  });

  it('neither writes, signals, traces nor sets anything, nor opens a file to write', { tags: ['strace'] }, async () => {
    const { ready } = await startTarget<Untouched>('untouched.py');
    const folder = mkdtempSync(join(tmpdir(), 'trace-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const calls =
      'trace=open,openat,creat,kill,tkill,tgkill,ptrace,setsockopt,recvfrom,recvmsg,sendto,sendmsg,shutdown,getsockopt,pidfd_getfd,pidfd_send_signal,process_vm_writev,unlink,unlinkat,rename,mkdir,connect,bind';
    const args = ['-f', '-qq', '-yy', '-e', calls, '-o', join(folder, 'calls'), ...inspecting(ready.pid)];
    const ran = spawnSync('strace', args, { encoding: 'utf8' });
    expect(JSON.parse(ran.stdout)).toMatchObject({ summary: { byVerdict: { orphaned: 2 } } });

    const traced = readFileSync(join(folder, 'calls'), 'utf8')
      .split('\n')
      .map((line) => line.replace(/^\d+ +/, ''));
    const named = (name: RegExp): string[] => traced.filter((line) => name.test(line));
    expect(named(/^pidfd_getfd\(/).length).toBeGreaterThanOrEqual(4);
    expect(named(/^getsockopt\(.*TCP_INFO/).length).toBeGreaterThanOrEqual(4);
    expect(named(/^getsockopt\(.*SO_ERROR/)).toEqual([]);
    expect(named(/^(kill|tkill|tgkill|ptrace|pidfd_send_signal|process_vm_writev)\(/)).toEqual([]);
    expect(named(/^(setsockopt|recvmsg|sendmsg|shutdown|connect|bind)\(/)).toEqual([]);
    // The kernel is asked for its table of sockets, through a socket of our own.
    const talk = named(/^(recvfrom|sendto)\(/);
    expect(talk.length).toBeGreaterThanOrEqual(2);
    expect(talk.filter((line) => !/^\w+\(\d+<NETLINK:\[(SOCK_DIAG:)?\d+\]>/.test(line))).toEqual([]);
    expect(named(/^(creat|unlink|unlinkat|rename|mkdir)\(/)).toEqual([]);
    // Node opens /dev/null and its own event loop's descriptors; a file it opens to write would be one of ours.
    expect(named(/^open(at)?\(.*O_(WRONLY|RDWR|CREAT|TRUNC)/).filter((line) => !line.includes('"/dev/'))).toEqual([]);
  });
});

describe.runIf(isRoot)(
  'fdleak inspect of a connection that lingers, closed by its program meanwhile',
  { tags: ['strace'] },
  () => {
    it('does not wait for the 20 s that its own close(2), by then the last one, takes', async () => {
      const { ready, ask } = await startTarget<{ pid: number; lingering: number; link: string }>('lingering.py');
      // Stretches the moment in which fdleak holds the duplicate, from microseconds to a second.
      const slow = ['-f', '-qq', '-e', 'trace=poll', '-e', 'inject=poll:delay_exit=1000000', '-o', '/dev/null'];
      const args = [...slow, ...inspecting(ready.pid), '--settle', '0'];
      const tracer = spawn('strace', args, { stdio: ['ignore', 'pipe', 'inherit'] });
      const chunks: Buffer[] = [];
      tracer.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      const ended = once(tracer, 'close');
      const observer = await waitForHolder(tracer.pid ?? -1, ready.link);
      await ask('close');
      const closedAt = performance.now();
      await ended;
      const tookMs = performance.now() - closedAt;

      expect(observer).toBe(true);
      expect(JSON.parse(Buffer.concat(chunks).toString())).toMatchObject({ process: { pid: ready.pid } });
      expect(tookMs).toBeLessThan(10_000);
    });
  },
);

/** Waits until a child of `tracer` holds the socket. */
async function waitForHolder(tracer: number, link: string): Promise<boolean> {
  for (const end = performance.now() + HANG_MS; performance.now() < end;) {
    const children = readOr(() => readFileSync(`/proc/${tracer}/task/${tracer}/children`, 'utf8'), '').trim();
    for (const child of children.split(' ').filter((pid) => pid !== '')) {
      const fds = readOr(() => readdirSync(`/proc/${child}/fd`), []);
      if (fds.some((fd) => readOr(() => readlinkSync(`/proc/${child}/fd/${fd}`), '') === link)) return true;
    }
    await wait(10);
  }
  return false;
}

function readOr<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
