/** @module-tag python3 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Inspection } from '../../src/core/model/inspection.ts';
import { fdleak } from './fdleak.ts';

/** A listener whose command line holds `mark`. */
async function startListener(mark: string): Promise<{ child: ChildProcess; pid: number; port: number }> {
  const script = `require('net').createServer().listen(0,'127.0.0.1',function(){console.log(this.address().port)}) // ${mark}`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill());
  const [port] = await once(child.stdout, 'data');
  return { child, pid: child.pid ?? 0, port: Number(port) };
}

it('finds its process by the port it listens on, by its name, and by its pidfile', async () => {
  const mark = `fdleak-target-${process.pid}`;
  const { pid, port } = await startListener(mark);
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const pidfile = join(folder, 'run.pid');
  writeFileSync(pidfile, `${pid}\n`);

  for (const target of [
    ['--port', `${port}`],
    ['--name', `${mark}$`],
    ['--pidfile', pidfile],
  ]) {
    const { stdout, exitCode } = await fdleak(['inspect', ...target, '--json', '--sources', 'proc']);
    expect([JSON.parse(stdout).process.pid, exitCode], target.join(' ')).toEqual([pid, 0]);
    const limits = await fdleak(['limits', ...target, '--json']);
    expect([JSON.parse(limits.stdout).pid, limits.exitCode], target.join(' ')).toEqual([pid, 0]);
  }
});

it('finds the program that a wrapper runs, and not the wrapper', async () => {
  const mark = `fdleak-wrapped-${process.pid}`;
  const script = `console.log(process.pid); setTimeout(() => {}, 60_000) // ${mark}`;
  const child = spawn('timeout', ['60', process.execPath, '-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill());
  const [pid] = await once(child.stdout, 'data');
  const { stdout } = await fdleak(['inspect', '--name', mark, '--json', '--sources', 'proc']);
  expect(JSON.parse(stdout).process.pid).toBe(Number(pid));
});

it('looks at the workers of a server as well, which listen on its port: the leak may be theirs', async () => {
  const script = [
    'import os, socket, sys',
    's = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()',
    'w = os.fork()',
    'if w: print(f"{w} {s.getsockname()[1]}", flush=True)',
    'sys.stdin.read()',
  ].join('\n');
  const child = spawn('python3', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.stdin.end());
  const [line] = await once(child.stdout, 'data');
  const [worker, port] = String(line).trim().split(' ').map(Number);
  const { stdout } = await fdleak(['inspect', '--port', `${port}`, '--json', '--sources', 'proc']);

  expect(JSON.parse(stdout).map((one: Inspection) => one.process.pid)).toEqual([child.pid, worker]);
  const limits = await fdleak(['limits', '--port', `${port}`]);
  expect(limits.stdout).toMatch(new RegExp(`pid ${child.pid}[^]*pid ${worker}`));
  expect(await fdleak(['limits', '--port', `${port}`, '--raise', '1024'])).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: expect.stringContaining(`give its pid: ${child.pid}, ${worker}`),
  });
});

it('lists the processes and asks for one where several are meant', async () => {
  const mark = `fdleak-several-${process.pid}`;
  const [one, two] = [await startListener(mark), await startListener(mark)];
  const { stderr, exitCode } = await fdleak(['inspect', '--name', mark]);

  expect(exitCode).toBe(2);
  expect(stderr).toContain(`  ${one.pid}  ${process.execPath} -e require(`);
  expect(stderr).toContain(`  ${two.pid}  ${process.execPath} -e require(`);
});

it('says what to do where nothing is meant, nothing is there, or two things are named', async () => {
  expect(await fdleak(['inspect'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('give one target') });
  expect(await fdleak(['inspect', '1', '--port', '80'])).toMatchObject({ exitCode: 2 });
  expect(await fdleak(['inspect', '--name', 'no-such-process-here'])).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('ps -ef'),
  });
});

it('answers for a process that it did not start: the one that runs this test', async () => {
  const { stdout } = await fdleak(['inspect', `${process.pid}`, '--json']);
  const counted = Number(execFileSync('sh', ['-c', `ls /proc/${process.pid}/fd | wc -l`], { encoding: 'utf8' }));

  expect(Math.abs(JSON.parse(stdout).limits.open - counted)).toBeLessThan(20);
});
