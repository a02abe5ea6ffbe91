/**
 * Throughput of the fixed proxy beside socat, in turns within one run, on loopback:
 *
 *     one connection, bulk             MB/s that reach the far end
 *     1,000 connections, 64 bytes      round trips per second, each connection with one message on its way
 *
 * One relay stands between two ends in this process: P, with this process in the place of S and its backend, or socat.
 * Both ends share a core with the relay where there are only two, so that numbers compare within a run, not between machines.
 *
 *     npm run build && npm run bench
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { FrameReader, toFrame } from '../src/daemon/command/frame.ts';
import { parseProxyMessage, PROTOCOL_VERSION } from '../src/daemon/command/message.ts';

const ROUNDS = 5;
const BULK_MS = 2000;
const SMALL_MS = 3000;
const CONNECTIONS = 1000;
const MESSAGE = Buffer.alloc(64, 'm');
const CHUNK = Buffer.alloc(64 * 1024, 'c');

/** A relay that is running: connect to `port`, and `onFar` gets the other end. */
interface RunningRelay {
  readonly port: number;
  stop(): Promise<void>;
}

type StartRelay = (onFar: (socket: Socket) => void) => Promise<RunningRelay>;

const RELAYS: Readonly<Record<string, StartRelay>> = {
  'fdleak proxy --fixed': startFixed,
  socat: async (onFar) => startSocat([], onFar),
  'socat -b 65536': async (onFar) => startSocat(['-b', '65536'], onFar),
};

/** Plays S: answers each client that P tells of with a connection to ReversePort, which is the far end. */
async function startFixed(onFar: (socket: Socket) => void): Promise<RunningRelay> {
  const program = process.env['FDLEAK_PROGRAM'] ?? 'bin/fdleak.js';
  const child = spawn(process.execPath, [program, 'proxy', '--fixed'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line]: string[] = await once(createInterface({ input: child.stdout }), 'line');
  const { controlPort } = JSON.parse((line ?? '').slice('ready '.length));
  const command = connect(controlPort, '127.0.0.1');
  command.write(toFrame({ type: 'hello', version: PROTOCOL_VERSION, service: 'bench', srvPort: 0 }));
  const heartbeat = setInterval(() => command.write(toFrame({ type: 'ping' })), 1000);
  const frames = new FrameReader();
  let reversePort = 0;
  const port = await new Promise<number>((resolve) => {
    command.on('data', (bytes) => {
      for (const frame of frames.push(bytes)) {
        const parsed = frame.kind === 'frame' ? parseProxyMessage(frame.value) : frame;
        if (parsed.kind === 'bad') throw new Error(parsed.because);
        const { message } = parsed;
        if (message.type === 'welcome') {
          ({ reversePort } = message);
          resolve(message.srvPort);
        } else if (message.type === 'client') {
          const far = connect({ port: reversePort, host: '127.0.0.1', noDelay: true });
          far.write(message.token);
          onFar(far);
        }
      }
    });
  });
  return {
    port,
    async stop() {
      clearInterval(heartbeat);
      command.destroy();
      await stop(child);
    },
  };
}

async function startSocat(options: readonly string[], onFar: (socket: Socket) => void): Promise<RunningRelay> {
  const server = createServer({ noDelay: true }, onFar);
  const [far, port] = [await listenOn(server), await findFreePort()];
  const listen = `TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr,nodelay,backlog=1024`;
  const child = spawn('socat', [...options, listen, `TCP:127.0.0.1:${far},nodelay`], { stdio: 'ignore' });
  await sleep(300);
  return {
    port,
    async stop() {
      server.close();
      await stop(child);
    },
  };
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill();
  await gone;
}

async function listenOn(server: Server): Promise<number> {
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  const port = await listenOn(server);
  server.close();
  return port;
}

/** MB/s that reach the far end over one connection. */
async function measureBulk(start: StartRelay): Promise<number> {
  let received = 0;
  const relay = await start((far) => far.on('error', () => {}).on('data', (bytes) => (received += bytes.length)));
  const near = connect(relay.port, '127.0.0.1').on('error', () => {});
  const pour = (): void => {
    while (near.write(CHUNK));
  };
  near.on('drain', pour);
  pour();
  await sleep(500);
  const [from, startedAt] = [received, performance.now()];
  await sleep(BULK_MS);
  const perSecond = (received - from) / (performance.now() - startedAt) / 1000;
  near.destroy();
  await relay.stop();
  return perSecond;
}

/** Round trips per second of small messages over many connections. */
async function measureSmall(start: StartRelay): Promise<number> {
  let trips = 0;
  const relay = await start((far) => far.on('error', () => {}).on('data', (bytes) => void far.write(bytes)));
  const clients: Socket[] = [];
  for (let at = 0; at < CONNECTIONS; at += 50) {
    clients.push(...Array.from({ length: 50 }, () => connect({ port: relay.port, host: '127.0.0.1', noDelay: true })));
    await sleep(20);
  }
  for (const client of clients) {
    client.on('error', () => {});
    client.on('data', () => {
      trips += 1;
      client.write(MESSAGE);
    });
    client.write(MESSAGE);
  }
  await sleep(1000);
  const [from, startedAt] = [trips, performance.now()];
  await sleep(SMALL_MS);
  const perSecond = ((trips - from) / (performance.now() - startedAt)) * 1000;
  for (const client of clients) client.destroy();
  await sleep(300);
  await relay.stop();
  return perSecond;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

async function compare(what: string, unit: string, measure: (start: StartRelay) => Promise<number>): Promise<void> {
  const found = new Map<string, number[]>(Object.keys(RELAYS).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, start] of Object.entries(RELAYS)) found.get(name)?.push(await measure(start));
  }
  const best = Math.max(...[...found].filter(([name]) => name.startsWith('socat')).map(([, values]) => median(values)));
  console.log(`\n${what}, median of ${ROUNDS} (lowest to highest)\n`);
  console.log(`| relay | ${unit} | range | of the faster socat |\n| --- | ---: | ---: | ---: |`);
  for (const [name, values] of found) {
    const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(0));
    const ratio = (median(values) / best).toFixed(2);
    console.log(`| ${name} | ${median(values).toFixed(0)} | ${low} to ${high} | ${ratio} |`);
  }
}

await compare('One connection, bulk', 'MB/s', measureBulk);
await compare(`${CONNECTIONS} connections, ${MESSAGE.length} bytes each way`, 'round trips/s', measureSmall);
process.exit(0);
