import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { lookup, resolve4 } from 'node:dns/promises';
import { createServer as createHttpServer, get, Agent } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '../../src/vitest.ts';

const RUNS = 1000;

let server: Server;
let web: Server;
let port = 0;
let webPort = 0;
const agent = new Agent({ keepAlive: true, maxSockets: 4 });

beforeAll(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  web = createHttpServer((_, response) => response.end('yes'));
  await Promise.all([listen(server), listen(web)]);
  port = portOf(server);
  webPort = portOf(web);
});

afterAll(() => {
  agent.destroy();
  server.close();
  web.close();
});

async function listen(one: Server): Promise<void> {
  one.listen(0, '127.0.0.1');
  await once(one, 'listening');
}

function portOf(one: Server): number {
  const address: AddressInfo | string | null = one.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function request(): Promise<void> {
  const [response] = await once(get({ host: '127.0.0.1', port: webPort, agent }), 'response');
  response.resume();
  await once(response, 'end');
}

async function talk(): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.end('hello');
  socket.resume();
  await once(socket, 'close');
}

/** Lets its socket close some time after it has returned. */
async function talkAndLeave(): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  setTimeout(() => socket.destroy(), 5);
}

const pool: Socket[] = [];

/** A pool of five, in which each run replaces the oldest. */
async function usePool(): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  pool.push(socket);
  while (pool.length > 5) pool.shift()?.destroy();
}

let cache: Promise<Buffer> | null = null;

/** Code that opens much, and leaks nothing. */
const BUSY: readonly (() => Promise<unknown>)[] = [
  talk,
  request,
  async () => Promise.all([request(), request(), request()]),
  usePool,
  async () => lookup('localhost'),
  async () => resolve4('localhost').catch(() => null),
  async () => sleep(1),
  async () => (cache ??= readFile('/etc/passwd')),
  async () => {
    const file = await open('/etc/passwd');
    await file.close();
  },
  talkAndLeave,
];

describe('busy code that leaks nothing', () => {
  it('is never taken for a leak, in 1,000 runs of the matcher', { timeout: 240_000 }, async () => {
    const accused: string[] = [];
    for (let run = 0; run < RUNS; run++) {
      const work = BUSY[run % BUSY.length] ?? talk;
      await expect(work)
        .not.toLeakDescriptors()
        .catch((error: unknown) => accused.push(`run ${run}: ${String(error)}`));
    }

    expect(accused).toEqual([]);
  });

  it('is never taken for a leak when many do different things at the same time', { timeout: 120_000 }, async () => {
    const accused: string[] = [];
    for (let run = 0; run < 30; run++) {
      await expect(async () => Promise.all(BUSY.map(async (work) => work())))
        .not.toLeakDescriptors({ warmup: 2, runs: 3 })
        .catch((error: unknown) => accused.push(`run ${run}: ${String(error)}`));
    }

    expect(accused).toEqual([]);
  });

  it('is not accused of a file that is closed when it is collected as garbage', async () => {
    await expect(async () => {
      await open('/etc/passwd');
    }).not.toLeakDescriptors({ warmup: 1, runs: 3 });
  });
});
