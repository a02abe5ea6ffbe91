import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RUN } from './fdleak.ts';

interface Got {
  readonly status: number;
  readonly text: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

function get(port: number, path: string, options: { method?: string; host?: string } = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const headers = { host: options.host ?? `127.0.0.1:${port}` };
    const asked = request({ port, path, host: '127.0.0.1', method: options.method ?? 'GET', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (more: string) => (text += more));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
    });
    asked.on('error', reject).end();
  });
}

async function start(args: readonly string[]): Promise<{ port: number; pid: number; ended: Promise<unknown> }> {
  const [command, ...first] = RUN;
  const child = spawn(command, [...first, 'serve', '--listen', '127.0.0.1:0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  return { port: Number(/:(\d+)\/metrics/.exec(String(line))?.[1]), pid: child.pid ?? 0, ended };
}

async function untilReady(port: number): Promise<void> {
  await expect.poll(async () => (await get(port, '/readyz')).status).toBe(200);
}

describe('fdleak serve', () => {
  test('shows a process that leaks as its group, with its name as text', async () => {
    const script = `require('fs').writeFileSync('/proc/self/comm', '<b>"x\\\\'); require('net').createServer().listen(0, () => console.log('up')); setTimeout(() => {}, 60_000);`;
    const target = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void target.kill());
    await once(target.stdout, 'data');
    const { port } = await start(['--interval', '5s', '--min', '1']);
    await untilReady(port);
    const { text, headers } = await get(port, '/metrics');
    expect(headers['content-type']).toContain('version=0.0.4');
    expect(text).toMatch(/^fdleak_group_processes\{comm="<b>\\"x\\\\",.*\} 1$/m);
    expect(text).toMatch(/^# HELP fdleak_group_fd_utilization_ratio_max /m);
    expect(text).toMatch(new RegExp(`^fdleak_top_process_open_fds\\{pid="\\d+"`, 'm'));
    const page = await get(port, '/');
    expect(page.headers['content-security-policy']).toBe("default-src 'none'");
    expect(page.text).not.toContain('<b>');
  });

  test('forgets a group that has ended', async () => {
    const script = `require('fs').writeFileSync('/proc/self/comm', 'shortlived'); console.log('up'); setTimeout(() => {}, 60_000);`;
    const target = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void target.kill());
    await once(target.stdout, 'data');
    const { port } = await start(['--interval', '5s']);
    await untilReady(port);
    expect((await get(port, '/metrics')).text).toContain('comm="shortlived"');
    target.kill();
    await expect.poll(async () => (await get(port, '/metrics')).text).not.toContain('shortlived');
  });

  test('answers its own paths to its own name alone, and only reads', async () => {
    const { port } = await start([]);
    await untilReady(port);
    expect((await get(port, '/metrics', { host: 'evil.example' })).status).toBe(421);
    expect((await get(port, '/metrics', { host: 'localhost' })).status).toBe(200);
    expect((await get(port, '/metrics', { host: '10.1.2.3:18942' })).status).toBe(200);
    expect((await get(port, '/metrics', { method: 'POST' })).status).toBe(405);
    expect((await get(port, '/metrics', { method: 'HEAD' })).text).toBe('');
    expect((await get(port, '/../etc/passwd')).status).toBe(404);
    expect((await get(port, '/healthz')).status).toBe(200);
  });

  test('is asked by a name that it was told', async () => {
    const { port } = await start(['--host', 'metrics.example']);
    await untilReady(port);
    expect((await get(port, '/metrics', { host: 'metrics.example:18942' })).status).toBe(200);
  });

  test('bounds the clients that say nothing, and still answers afterwards', async () => {
    const { port } = await start([]);
    await untilReady(port);
    const idle = Array.from({ length: 1000 }, (): Socket =>
      connect(port, '127.0.0.1')
        .on('error', () => undefined)
        .resume(),
    );
    onTestFinished(() => {
      for (const one of idle) one.destroy();
    });
    await expect.poll(() => idle.filter((one) => one.destroyed || one.readableEnded).length).toBe(1000);
    expect((await get(port, '/healthz')).status).toBe(200);
  });

  test('writes for the textfile collector, whole and readable, over no file of a stranger', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fdleak-textfile-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'fdleak.prom'), 'before');
    const [command, ...first] = RUN;
    const child = spawn(command, [...first, 'serve', '--textfile', folder], { stdio: 'inherit' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const path = join(folder, 'fdleak.prom');
    await expect.poll(() => readFileSync(path, 'utf8')).toContain('fdleak_build_info');
    expect(statSync(path).mode & 0o777).toBe(0o644);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test('says in one line that its port is taken, and cannot tell', async () => {
    const { port } = await start([]);
    const [command, ...first] = RUN;
    const second = spawn(command, [...first, 'serve', '--listen', `127.0.0.1:${port}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    second.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    expect(await once(second, 'exit')).toEqual([3, null]);
    expect(said).toMatch(/^fdleak: cannot listen on 127\.0\.0\.1:\d+: .*(?:EADDRINUSE|in use).*\n$/);
  });
});
