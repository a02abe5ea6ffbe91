/** @module-tag go */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fdleak, inspectJson } from './fdleak.ts';
import { setUpLeakyGo } from './build-go.ts';

const WAITS_AT = 12;
const { folder, program } = setUpLeakyGo();

interface Ready {
  readonly port: number;
  readonly debug: number;
}

/** Starts the program, in front of it `before`; lets `clients` come and leave with a reset. */
async function startLeaky(clients: number, before: readonly string[] = []): Promise<Ready & { readonly pid: number }> {
  const [command, ...args] = [...before, program];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line]: unknown[] = await once(createInterface({ input: child.stdout }), 'line');
  const ready: Ready = JSON.parse(String(line));
  for (let at = 0; at < clients; at++) {
    const socket = connect(ready.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.resetAndDestroy();
  }
  await wait(100);
  return { ...ready, pid: child.pid ?? 0 };
}

/** What `--stacks auto` says of a process that it does not ask. */
const refusal = async (pid: number): Promise<string> => {
  const { inspection } = await inspectJson(pid, ['--stacks', 'auto', '--settle', '0']);
  expect(inspection.stacks?.matches).toEqual([]);
  return inspection.stacks?.reads[0]?.because ?? '';
};

describe('--stacks auto', () => {
  it('names the line of a leaking Go program that holds its dead sockets, and says beforehand that it connects', async () => {
    const { pid, port, debug } = await startLeaky(40);
    const { stdout, stderr } = await fdleak(['inspect', `${pid}`, '--stacks', 'auto']);
    const text = stdout.replaceAll(/\s+/g, ' ');
    expect(text).toContain(`40 goroutines ↔ 40 dead tcp accepted on 127.0.0.1:${port}, at leaky.go:${WAITS_AT}`);
    expect(text).toContain('the same number, and no other stack has it');
    expect(stderr).toContain(`--stacks auto connects to process ${pid}`);
    expect(stderr).toContain(`http://127.0.0.1:${debug}/debug/pprof/goroutine?debug=1`);
  });

  it('connects to no program but Go, to none in another namespace, and to none that is short of descriptors', async () => {
    expect(await refusal(process.pid)).toContain('not known to be a Go program');
    const full = await startLeaky(0, ['prlimit', '--nofile=20', '--']);
    expect(await refusal(full.pid)).toContain('fewer than 16 descriptors are free');
  });

  it.runIf(process.getuid?.() === 0)('connects to none in another network namespace', async () => {
    const { pid } = await startLeaky(0, ['unshare', '--net', 'sh', '-c', 'ip link set lo up; exec "$0"']);
    expect(await refusal(pid)).toContain('another network namespace');
  });
});

describe('--stacks with a URL', () => {
  it('tells what the goroutines are blocked in where the dump says so', async () => {
    const { pid, debug } = await startLeaky(12);
    const url = `http://127.0.0.1:${debug}/debug/pprof/goroutine?debug=2`;
    const { inspection } = await inspectJson(pid, ['--stacks', url]);
    expect(inspection.stacks?.matches).toMatchObject([{ by: 'count', stacks: 12, blockedIn: 'chan receive' }]);
  });

  it('gives up on an endless answer within its time, and says so', async () => {
    const server = createServer((_, response) => {
      const more = (): boolean => response.write(Buffer.alloc(1 << 20, 'goroutine 1 [running]:\n'));
      response.on('drain', () => more());
      more();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const { inspection } = await inspectJson(process.pid, ['--settle', '0', '--stacks', `http://127.0.0.1:${port}/x`]);
    expect(inspection.stacks?.reads[0]?.because).toMatch(/more than 1\.5 MiB|no answer within 2 s/);
  });

  it('refuses what is no HTTP URL, and auto for saved text', async () => {
    expect((await fdleak(['inspect', `${process.pid}`, '--stacks', 'ftp://127.0.0.1/x'])).exitCode).toBe(2);
    const saved = join(folder, 'lsof.txt');
    writeFileSync(saved, 'x\n');
    expect((await fdleak(['inspect', '--from', saved, '--stacks', 'auto'])).exitCode).toBe(2);
    expect((await fdleak(['inspect', `${process.pid}`, '--stacks', join(folder, 'absent')])).exitCode).toBe(2);
  });
});
