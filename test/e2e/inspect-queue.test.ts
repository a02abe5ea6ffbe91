/** @module-tag python3 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { inspectJson } from './fdleak.ts';

/** Listens with a backlog of 2, accepts nobody, and has three connections wait. */
const SERVER = [
  'import os, socket, sys',
  's = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(2)',
  'waiting = [socket.create_connection(s.getsockname()) for _ in range(3)]',
  'print(s.fileno(), flush=True)',
  'sys.stdin.read()',
].join('\n');

it.each([['proc,autopsy'], ['proc,ss']])('sees by %s that a listener has a full accept queue', async (sources) => {
  const child = spawn('python3', ['-c', SERVER], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.stdin.end());
  const [fd] = await once(child.stdout, 'data');
  const { inspection } = await inspectJson(child.pid ?? 0, ['--sources', sources]);

  const listener = inspection.descriptors.find((one) => one.fd === Number(fd));
  expect(listener?.socket).toMatchObject({ state: 'LISTEN', acceptQueue: { waiting: 3, backlog: 2 } });
  expect(inspection.findings).toContainEqual(expect.objectContaining({ id: 'accept-queue-full', count: 1 }));
});
