/** @module-tag go python3 */
import { execa } from 'execa';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildGo, LEAKY_GO } from './build-go.ts';
import { inspectJson, RUN } from './fdleak.ts';
import { startReady } from './tracing.ts';

const MIB = 1 << 20;
const stackOf = (at: number): string =>
  `goroutine ${at} [chan receive, 5 minutes]:\nmain.f${at}(0x1)\n\t/srv/x${at}.go:${at} +0x1\n\n`;

/** Stacks of which no two are alike. */
function toStacks(bytes: number): Buffer {
  const parts: string[] = [];
  for (let at = 0, size = 0; size < bytes; at++) {
    const part = stackOf(at);
    parts.push(part);
    size += part.length;
  }
  return Buffer.from(parts.join('')).subarray(0, bytes);
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}/debug/pprof/goroutine?debug=2`;
}

/** Ticks of the clock in which the kernel counts, each 10 ms. @see proc_pid_stat(5), fields 14 and 15 */
const MS_PER_TICK = 10;

function readCpuMs(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return MS_PER_TICK * (Number(fields[11]) + Number(fields[12]));
}

/** What an inspection costs: the most memory that it had, and how long it computed. */
async function costOf(urls: readonly string[]): Promise<{ mib: number; ms: number; text: string }> {
  const [command, ...args] = RUN;
  const asked = urls.flatMap((url) => ['--stacks', url]);
  const running = execa(command, [...args, 'inspect', `${process.pid}`, '--settle', '0', ...asked], { reject: false });
  let [mib, ms] = [0, 0];
  const reading = setInterval(() => {
    try {
      const [, kib] = /^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${running.pid}/status`, 'utf8')) ?? [];
      mib = Math.max(mib, Number(kib ?? 0) / 1024);
      ms = Math.max(ms, readCpuMs(running.pid));
    } catch {
      // It has ended.
    }
  }, 20);
  const { stdout } = await running;
  clearInterval(reading);
  return { mib, ms, text: stdout.replaceAll(/\s+/g, ' ') };
}

const endlessly = (part: Buffer): RequestListener => {
  return (_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(part));
    };
    response.on('drain', more);
    more();
  };
};

const HOSTILE: Readonly<Record<string, readonly [RequestListener, RegExp | null]>> = {
  'an endless answer': [endlessly(toStacks(MIB)), /more than 1\.5 MiB/],
  'a slow one': [
    (_, response) => void setInterval(() => response.write(stackOf(1)), 100).unref(),
    /no answer within \d/,
  ],
  'a redirect': [(_, response) => void response.writeHead(302, { location: '/again' }).end(), /answered 302/],
  'a bomb': [
    (
      (bomb): RequestListener =>
      (_, response) =>
        void response.end(bomb)
    )(gzipSync(Buffer.alloc(256 * MIB, stackOf(1)))),
    /unpacks to more than/,
  ],
  'as many different stacks as are read': [
    (
      (stacks): RequestListener =>
      (_, response) =>
        void response.end(stacks)
    )(toStacks(1.5 * MIB - 1)),
    null,
  ],
};

describe('a hostile endpoint', () => {
  it.each(Object.entries(HOSTILE))('that answers with %s, five times, costs little', async (_, [listener, because]) => {
    const without = await costOf([]);
    const url = await serve(listener);
    const { mib, ms, text } = await costOf([1, 2, 3, 4, 5].map((at) => `${url}&at=${at}`));
    expect(mib - without.mib).toBeLessThan(64);
    expect(ms - without.ms).toBeLessThan(8000);
    // However late it says so: all together are waited for no longer than that.
    const waits = [...text.matchAll(/no answer within ([\d.]+) s/g)].map(([, seconds]) => Number(seconds));
    expect(waits.reduce((sum, seconds) => sum + seconds, 0)).toBeLessThanOrEqual(4);
    if (because !== null) expect(text).toMatch(because);
  });

  it.runIf(process.getuid?.() === 0)('of a listener that another process holds too is not asked', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fdleak-hostile-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    await buildGo(LEAKY_GO, join(folder, 'leaky'));
    const { pid } = await startReady(join(folder, 'leaky'));
    // It takes a duplicate of each of its sockets. @see pidfd_getfd(2)
    const steal = `
import ctypes, os, time
libc = ctypes.CDLL(None, use_errno=True)
pidfd = os.pidfd_open(${pid})
for name in os.listdir('/proc/${pid}/fd'):
    if 'socket' in os.readlink('/proc/${pid}/fd/' + name): libc.syscall(438, pidfd, int(name), 0)
print('ready', flush=True)
time.sleep(100)
`;
    const thief = spawn('python3', ['-c', steal], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void thief.kill('SIGKILL'));
    await once(thief.stdout, 'data');
    const { inspection } = await inspectJson(pid, ['--stacks', 'auto', '--settle', '0']);
    expect(inspection.stacks?.reads[0]?.because).toContain('held by other processes too');
    expect(inspection.stacks?.matches).toEqual([]);
  });
});
