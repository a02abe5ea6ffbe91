import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { getOnce } from '../../src/collect/http-get.ts';

/** 64 KiB that become 64 MiB. */
const BOMB = gzipSync(Buffer.alloc(64 << 20));
/** Made before anybody is asked: that alone takes half a second on a busy machine. */
const LARGE = Buffer.alloc(64 << 20, 'x');

let server: Server | null = null;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** What comes of asking a server that answers like this. */
async function ask(listener: RequestListener, differs: Partial<Parameters<typeof getOnce>[0]> = {}) {
  server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const answer = await getOnce({
    url: new URL(`http://127.0.0.1:${port}/stacks`),
    deadlineMs: 50_000,
    mostBytes: 1 << 20,
    whyDoubted: () => null,
    isWanted: () => true,
    ...differs,
  });
  return answer.kind === 'read' ? Buffer.from(answer.bytes).toString() : answer.because;
}

it('reads what it is answered', async () => {
  expect(await ask((_, response) => response.end('goroutine profile: total 1\n'))).toBe('goroutine profile: total 1\n');
});

it('unpacks what is packed', async () => {
  expect(await ask((_, response) => response.end(gzipSync('stacks')))).toBe('stacks');
});

it.each<[string, RequestListener, string]>([
  ['follows no redirect', (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), '302'],
  ['gives up on a silent server', () => undefined, 'no answer within 0.5 s'],
  [
    'gives up on an endless trickle',
    (_, r) => void setInterval(() => r.write('goroutine '), 20).unref(),
    'no answer within',
  ],
  ['stops reading what is too large', (_, response) => response.end(LARGE), 'more than 1 MiB'],
  ['stops unpacking a bomb', (_, response) => response.end(BOMB), 'unpacks to more than 1 MiB'],
  ['says that a connection broke off', (request) => request.socket.destroy(), 'socket hang up'],
])('%s', async (_, listener, because) => {
  // Only those that give up are to wait for it.
  const deadlineMs = because.startsWith('no answer') ? 500 : 50_000;
  expect(await ask(listener, { deadlineMs })).toContain(because);
});

it('believes nothing where the connection is doubted, and knows its own port', async () => {
  let seen: number | undefined;
  const answer = await ask(
    (request, response) => {
      seen = request.socket.remotePort;
      response.end('x');
    },
    { whyDoubted: (ownPort) => `doubted ${ownPort}` },
  );
  expect(answer).toBe(`doubted ${seen}`);
});

it('reads no more of what is not wanted', async () => {
  const answer = await ask((_, response) => response.end('hello'), { isWanted: (head) => head[0] === 0x67 });
  expect(answer).toBe('it answered with something else');
});
