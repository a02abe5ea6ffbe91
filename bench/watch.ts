/**
 * What a watch costs: its memory over many ticks of a process with few descriptors, then the processor at 1,000 descriptors and a tick
 * each 10 s (looks, history and trends as in use, the time between ticks left out; ss is a process of its own and not counted).
 *
 *     npm run bench -- watch
 *
 * FDLEAK_BENCH_CONNECTIONS=9600 makes those 19,221 descriptors, FDLEAK_BENCH_ENDED=1 one of them a CLOSE_WAIT, so that no look is spared.
 * FDLEAK_BENCH_TICKS=300000 makes the first part as long as a month is; it takes about a quarter of an hour.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SharedWatches } from '../src/app/watch/shared-watches.ts';
import { watch, type WatchRequest } from '../src/app/watch/watch.ts';
import { Accelerated } from './lib/accelerated.ts';

const INTERVAL_MS = 10_000;
const LOOKS = 600;
const TICKS = Number(process.env['FDLEAK_BENCH_TICKS'] ?? 20_000);
const CONNECTIONS = Number(process.env['FDLEAK_BENCH_CONNECTIONS'] ?? 480);
const ENDED = Number(process.env['FDLEAK_BENCH_ENDED'] ?? 0);
const folder = mkdtempSync(join(tmpdir(), 'fdleak-bench-'));

/** Watches `pid` for so many ticks; `onTick` is told each. */
async function watchFor(pid: number, ticks: number, onTick: (tick: number) => void): Promise<void> {
  let tick = 0;
  const clock = new Accelerated(1);
  const world = clock.toWorld();
  const request: WatchRequest = {
    target: { by: 'pid', pid },
    follow: false,
    children: false,
    intervalMs: INTERVAL_MS,
    durationMs: null,
    samples: ticks,
    orphanAgeMs: 600_000,
    history: join(folder, `${pid}.db`),
    retainMs: 7 * 86_400_000,
    timing: { forMs: 30_000, renotifyMs: 0 },
    notifiers: [],
    stacks: [],
    interrupted: new AbortController().signal,
    shared: new SharedWatches(world.clock),
    pause: async (ms) => await clock.pause(ms),
    takeLookWish: () => false,
    onTick: () => onTick((tick += 1)),
    say: () => undefined,
  };
  const watched = await watch(world, request);
  if (watched.kind !== 'watched' || Object.keys(watched.state.byVerdict).length === 0)
    throw new Error(`nothing was watched: ${JSON.stringify(watched)}`);
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** This very process would be watched by itself: the one with the connections is another. */
async function serve(): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, (socket) => socket.resume().on('error', () => undefined)).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it does not listen');
  for (let one = 0; one < CONNECTIONS; one += 1) await once(connect(address.port, '127.0.0.1'), 'connect');
  for (let one = 0; one < ENDED; one += 1) await once(connect(address.port, '127.0.0.1').end(), 'finish');
  process.stdout.write('ready\n');
  setInterval(() => undefined, 60_000);
}

async function measureProcessor(): Promise<void> {
  const server = spawn(process.execPath, [process.argv[1] ?? '', 'serve'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(server.stdout, 'data');
    let startedAt = 0;
    const warm = LOOKS / 2;
    await watchFor(server.pid ?? 0, LOOKS, (tick) => {
      if (tick === warm) startedAt = cpuMs();
    });
    const perTick = (cpuMs() - startedAt) / (LOOKS - warm);
    const share = (100 * perTick) / INTERVAL_MS;
    process.stdout.write(
      `${2 * (CONNECTIONS + ENDED) + 21} descriptors: ${perTick.toFixed(1)} ms a tick, ${share.toFixed(3)} % of a core at 10 s\n`,
    );
  } finally {
    server.kill('SIGKILL');
  }
}

async function measureMemory(): Promise<void> {
  const target = spawn('sleep', ['100000'], { stdio: 'ignore' });
  try {
    const step = Math.max(1, Math.floor(TICKS / 6));
    await watchFor(target.pid ?? 0, TICKS, (tick) => {
      if (tick % step !== 0) return;
      process.stdout.write(`${tick} ticks: ${(process.memoryUsage.rss() / 1024 / 1024).toFixed(1)} MB resident\n`);
    });
  } finally {
    target.kill('SIGKILL');
  }
}

if (process.argv[2] === 'serve') await serve();
else {
  try {
    await measureMemory();
    await measureProcessor();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
