import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { ProcFs } from '../../src/collect/proc-fs.ts';
import { ProcessFolder } from '../../src/collect/process-folder.ts';
import { readThreadWaits } from '../../src/collect/thread-waits.ts';
import type { ThreadWait, ThreadWaits } from '../../src/core/model/thread-wait.ts';

let child: ChildProcess | null = null;
afterEach(() => child?.kill('SIGKILL'));

/** A Python program that does `work` when it has said which descriptors it has. */
async function start(work: string): Promise<ProcessFolder> {
  const program = `
import os, select, socket, threading, time
listener = socket.socket(); listener.bind(('127.0.0.1', 0)); listener.listen()
reader, writer = os.pipe()
print(listener.fileno(), reader, flush=True)
${work}
`;
  child = spawn('python3', ['-c', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout !== null) await once(child.stdout, 'data');
  return new ProcessFolder(new ProcFs(), child.pid ?? 0);
}

/** Waits until the first thread does what is expected: it says so a moment before. */
async function settle(process: ProcessFolder, isExpected: (wait: ThreadWait) => boolean): Promise<ThreadWaits> {
  for (let round = 0; ; round++) {
    const waits = readThreadWaits(process);
    if (round === 100 || (waits.kind === 'read' && waits.threads.every(isExpected))) return waits;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('readThreadWaits', () => {
  it.each([
    ['accept', 'listener.accept()', { kind: 'descriptor', call: 'accept', fd: 3 }],
    ['read', 'os.read(reader, 1)', { kind: 'descriptor', call: 'read', fd: 4 }],
    ['poll', 'p = select.poll(); p.register(listener); p.register(reader); p.poll()', { kind: 'poll', fds: [3, 4] }],
    [
      'select',
      'select.select([reader, 900] if os.dup2(reader, 900) else [], [], [listener])',
      { kind: 'poll', fds: [4, 900, 3] },
    ],
    ['epoll', 'e = select.epoll(); e.register(listener); e.poll()', { kind: 'epoll', fd: 6 }],
    ['a timer', 'time.sleep(60)', { kind: 'elsewhere' }],
  ])('tells a thread that waits for %s', async (_what, work, expected) => {
    const process = await start(work);
    const waits = await settle(process, ({ kind }) => kind === expected.kind);
    expect(waits).toMatchObject({ kind: 'read', threads: [{ ...expected, tid: process.pid }] });
  });

  it('tells each thread of many', async () => {
    const process = await start(
      'for _ in range(5): threading.Thread(target=listener.accept).start()\nos.read(reader, 1)',
    );
    const waits = await settle(process, ({ kind }) => kind === 'descriptor');
    const calls =
      waits.kind === 'read' ? waits.threads.map((wait) => (wait.kind === 'descriptor' ? wait.call : wait.kind)) : [];
    expect(calls.sort()).toEqual(['accept', 'accept', 'accept', 'accept', 'accept', 'read']);
  });

  it('tells a thread that is stopped', async () => {
    const process = await start('time.sleep(60)');
    child?.kill('SIGSTOP');
    expect(await settle(process, ({ kind }) => kind === 'stopped')).toMatchObject({ threads: [{ kind: 'stopped' }] });
  });

  it('says that it could not read a process that is gone', async () => {
    const process = await start('pass');
    if (child !== null && child.exitCode === null) await once(child, 'exit');
    expect(readThreadWaits(process)).toMatchObject({ kind: 'not-read' });
  });
});
