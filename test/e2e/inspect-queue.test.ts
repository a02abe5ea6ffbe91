/** @module-tag python3 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { inspectJson } from './fdleak.ts';
import { startTarget } from './target.ts';

/** As {@link SERVER}, and accepts all as soon as it is told to. */
const ACCEPTS = 'sys.stdin.readline(); accepted = [s.accept() for _ in waiting]; sys.stdin.read()';

/** Listens with a backlog of 2, accepts nobody, and has three connections wait. */
const SERVER = [
  'import os, socket, sys',
  's = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(2)',
  'waiting = [socket.create_connection(s.getsockname()) for _ in range(3)]',
  'print(s.fileno(), flush=True)',
].join('\n');

it.each([['proc,autopsy'], ['proc,ss']])('sees by %s that a listener has a full accept queue', async (sources) => {
  const child = spawn('python3', ['-c', `${SERVER}\nsys.stdin.read()`], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.stdin.end());
  const [fd] = await once(child.stdout, 'data');
  const { inspection } = await inspectJson(child.pid ?? 0, ['--sources', sources]);

  const listener = inspection.descriptors.find((one) => one.fd === Number(fd));
  expect(listener?.socket).toMatchObject({ state: 'LISTEN', acceptQueue: { waiting: 3, backlog: 2 } });
  expect(inspection.findings).toContainEqual(expect.objectContaining({ id: 'accept-queue-full', count: 1 }));
});

it('says nothing of a queue that was full for a moment', async () => {
  const child = spawn('python3', ['-c', `${SERVER}\n${ACCEPTS}`], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.stdin.end());
  await once(child.stdout, 'data');
  const inspected = inspectJson(child.pid ?? 0, ['--settle', '6s']);
  await wait(3000);
  child.stdin.write('\n');
  const { inspection } = await inspected;

  expect(inspection.findings.map(({ id }) => id)).not.toContain('accept-queue-full');
  expect(inspection.summary.byVerdict).toMatchObject({ listening: 1 });
});

it('names the server of unix clients that it never accepts', async () => {
  const { ready } = await startTarget<{ pid: number; path: string; clients: readonly number[] }>('unix-waiting.py');
  const { inspection } = await inspectJson(ready.pid, ['--sources', 'proc,autopsy']);

  const clients = inspection.descriptors.filter(({ fd }) => ready.clients.includes(fd));
  expect(clients.map(({ socket }) => socket)).toEqual(
    ready.clients.map(() => expect.objectContaining({ peerInode: null, peerPath: ready.path })),
  );
  expect(new Set(clients.map(({ place }) => place)).size).toBe(1);
  expect(clients[0]?.place).toMatch(/^to .*unix-waiting-.*server.sock$/);
});
