import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { fdleak } from './fdleak.ts';
import { readStored } from './stored.ts';
import { toStage } from './watching.ts';

const PROFILE = new URL('../../fixtures/gshell/2-after-90s/goroutine-debug1.txt', import.meta.url);
const CLIENTS = 40;

/** Answers with a profile of 40 goroutines at one line, and counts how often it was asked. */
async function serveProfile(): Promise<{ readonly url: string; readonly asked: () => number }> {
  let count = 0;
  const server = createServer((_, response) => {
    count += 1;
    response.end(readFileSync(PROFILE));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return { url: `http://127.0.0.1:${port}/debug/pprof/goroutine?debug=1`, asked: () => count };
}

it('keeps with the evidence of an alert who holds the sockets, and asks for stacks only then', async () => {
  const stage = toStage();
  const { pid, ready } = await stage.script('watch-leaker.js', 0);
  const { url, asked } = await serveProfile();
  const watching = stage.watch([`${pid}`, '--interval', '200ms', '--orphan-age', '1s', '--for', '0', '--stacks', url]);
  await watching.until(() => watching.ticks.length >= 3);
  expect(asked()).toBe(0);
  for (let at = 0; at < CLIENTS; at += 1) {
    const socket = connect(ready['port'] ?? 0, '127.0.0.1');
    await once(socket, 'connect');
    socket.resetAndDestroy();
  }
  await watching.until(() => asked() > 0);
  await watching.until(() => watching.alerts.length > 0);
  await watching.stop();

  const { inspections } = await readStored(stage.history);
  const matches = inspections.flatMap(({ stacks }) => stacks?.matches ?? []);
  expect(matches).toContainEqual(
    expect.objectContaining({
      by: 'count',
      stacks: CLIENTS,
      descriptors: CLIENTS,
      at: expect.objectContaining({ line: 199 }),
    }),
  );
}, 60_000);

it('connects to no program by itself, and says at once what it cannot read', async () => {
  const auto = await fdleak(['watch', `${process.pid}`, '--stacks', 'auto', '--no-history']);
  expect([auto.exitCode, auto.stderr]).toEqual([2, expect.stringContaining('name the URL')]);
  const absent = await fdleak(['watch', `${process.pid}`, '--stacks', '/nowhere/stacks.txt', '--no-history']);
  expect([absent.exitCode, absent.stderr]).toEqual([2, expect.stringContaining('/nowhere/stacks.txt')]);
  const each = await fdleak(['watch', '--name', 'x', '--each', '--stacks', 'http://127.0.0.1:1/x', '--no-history']);
  expect([each.exitCode, each.stderr]).toEqual([2, expect.stringContaining('--stacks is for one process')]);
});
