import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { NOTHING_EARLY } from '../../../src/daemon/socket/held-socket.ts';
import { Relay, relaySockets } from '../../../src/daemon/socket/relay.ts';
import { connectPair, countDescriptors } from './pairs.ts';

/** client <-> relay <-> server, the relay in this process. */
async function startRelay(): Promise<{ client: Socket; server: Socket; relay: Relay; closed: Promise<void> }> {
  const [a, b] = [await connectPair(), await connectPair()];
  let onClosed = (): void => {};
  const closed = new Promise<void>((resolve) => (onClosed = resolve));
  return { client: a.far, server: b.far, relay: relaySockets(a.near, b.near, () => onClosed()), closed };
}

async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'end');
  return Buffer.concat(chunks).toString();
}

it('passes a FIN on and keeps the other direction open', async () => {
  const before = countDescriptors();
  const { client, server, closed } = await startRelay();
  client.end('request');
  expect(await readAll(server)).toBe('request');

  await sleep(50);
  server.end('answer');

  expect(await readAll(client)).toBe('answer');
  await closed;
  await vi.waitFor(() => expect(countDescriptors()).toBe(before));
});

it('passes a reset on as a reset, so that a cut transfer does not pass for a whole one', async () => {
  const { client, server, closed } = await startRelay();
  const failed = once(client, 'error');
  client.resume();
  server.resetAndDestroy();

  await expect(failed.then(([error]) => error)).resolves.toMatchObject({ code: 'ECONNRESET' });
  await closed;
});

it('stops the writer when the reader is slow, and loses nothing', async () => {
  const { client, server, relay } = await startRelay();
  const bytes = Buffer.alloc(64 << 20, 'x');
  server.pause();
  client.end(bytes);
  await sleep(300);

  // Less than a third of it has left the writer: the rest waits there, not in the relay.
  expect(relay.movedBytes / 2).toBeLessThan(bytes.length / 3);
  let received = 0;
  server.on('data', (chunk: Buffer) => (received += chunk.length)).resume();
  await once(server, 'end');
  expect(received).toBe(bytes.length);
  relay.reset();
});

it('hands on what was read before it began, and a FIN that was seen before', async () => {
  const [a, b] = [await connectPair(), await connectPair()];
  a.near.resume();
  a.far.end();
  await once(a.near, 'end');
  const relay = new Relay(
    { socket: a.near, early: { chunks: [Buffer.from('ear'), Buffer.from('ly')], hasEnded: true } },
    { socket: b.near, early: NOTHING_EARLY },
    () => {},
  );

  expect(await readAll(b.far)).toBe('early');
  relay.reset();
});

it('counts the bytes moved, so that a relay in which nothing moves is known', async () => {
  const { client, server, relay } = await startRelay();
  server.resume();
  client.write('12345');
  await once(server, 'data');

  await vi.waitFor(() => expect(relay.movedBytes).toBe(10));
  await sleep(50);
  expect(relay.movedBytes).toBe(10);
  relay.reset();
});
