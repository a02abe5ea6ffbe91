/**
 * What one process costs that watches 100 targets of 100 descriptors, a look each 10 s: the processor and the memory, in the first five
 * minutes and after (looks, histories and trends as in use, the time between looks left out; ss is a process of its own, not counted).
 *
 *     npm run bench -- watch-many
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SharedWatches } from '../src/app/watch/shared-watches.ts';
import { watch, type Watched } from '../src/app/watch/watch.ts';
import { Accelerated } from './lib/accelerated.ts';

const TARGETS = Number(process.env['FDLEAK_BENCH_TARGETS'] ?? 100);
const TICKS = Number(process.env['FDLEAK_BENCH_TICKS'] ?? 360);
const INTERVAL_MS = 10_000;
const PARTS = [
  { what: 'first look', until: 1 },
  { what: 'first five minutes', until: 30 },
  { what: 'after', until: TICKS - 1 },
];
const folder = mkdtempSync(join(tmpdir(), 'fdleak-bench-'));
const clock = new Accelerated(TARGETS);
const shared = new SharedWatches(clock.toWorld().clock, { isOfMany: true, intervalMs: INTERVAL_MS });
let looks = 0;

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function watchOne(pid: number, onTick: () => void): Promise<Watched> {
  return await shared.join(
    async () =>
      await watch(clock.toWorld(), {
        target: { by: 'pid', pid },
        follow: false,
        children: false,
        intervalMs: INTERVAL_MS,
        durationMs: null,
        samples: TICKS,
        orphanAgeMs: 600_000,
        stacks: [],
        history: join(folder, `${pid}.db`),
        retainMs: 7 * 86_400_000,
        timing: { forMs: 30_000, renotifyMs: 0 },
        notifiers: [],
        interrupted: new AbortController().signal,
        shared,
        pause: async (ms) => await clock.pause(ms),
        takeLookWish: () => false,
        onTick: ({ state }) => {
          if (state.sample !== null && state.sample.full !== null) looks += 1;
          onTick();
        },
        say: () => undefined,
      }),
  );
}

function say(what: string, ticks: number, ms: number, seen: number): void {
  const share = (100 * ms) / (ticks * INTERVAL_MS);
  const megabytes = (process.memoryUsage.rss() / 1024 / 1024).toFixed(0);
  const often = ((ticks * TARGETS) / Math.max(1, seen)).toFixed(1);
  process.stdout.write(
    `${what}: ${share.toFixed(2)} % of a core, ${(ms / ticks / TARGETS).toFixed(2)} ms a sample, a full look every ${often} samples; ${megabytes} MB\n`,
  );
}

const targets = spawn('python3', [new URL('../../bench/targets.py', import.meta.url).pathname, `${TARGETS}`], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
try {
  const [line]: string[] = await once(createInterface({ input: targets.stdout }), 'line');
  const pids: number[] = JSON.parse(line ?? '');
  let ticks = 0;
  let before = { ms: cpuMs(), looks: 0 };
  const startedMs = before.ms;
  const onTick = (): void => {
    ticks += 1;
    if (ticks % TARGETS !== 0) return;
    const done = ticks / TARGETS;
    const part = PARTS.find(({ until }) => until === done);
    if (part === undefined) return;
    const now = { ms: cpuMs(), looks };
    const begun = PARTS[PARTS.indexOf(part) - 1]?.until ?? 0;
    say(part.what, done - begun, now.ms - before.ms, now.looks - before.looks);
    before = now;
    if (done === TICKS - 1) say('in all', done, now.ms - startedMs, looks);
  };
  const watched = await Promise.all(pids.map(async (pid) => await watchOne(pid, onTick)));
  if (watched.some(({ kind }) => kind !== 'watched')) throw new Error('some were not watched');
} finally {
  targets.stdin.end();
  rmSync(folder, { recursive: true, force: true });
}
