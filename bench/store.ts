/**
 * What a history costs: 300,000 transactions (their time, and the memory of the process every 50,000), then a month of
 * ten-second ticks of a process with 1,000 descriptors (its size, how long a report reads it and measures the trends).
 *
 *     npx tsc -p tsconfig.json --noEmit false --outDir /tmp/fdleak-bench && ln -sfn "$PWD/node_modules" /tmp/fdleak-bench/node_modules &&
 *     node /tmp/fdleak-bench/bench/store.js [folder]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TickRecord } from '../src/core/model/history.ts';
import type { Life } from '../src/core/model/life.ts';
import { measureTrends } from '../src/core/trend/measure-trends.ts';
import { openReader, openWriter } from '../src/store/open-history.ts';

const START = Date.UTC(2026, 9, 1);
const TICK_MS = 10_000;
const MONTH_TICKS = 30 * 8640;
const DAY_MS = 86_400_000;
const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'fdleak-bench-'));
const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

let lastLife = 0;

/** A connection that lived longer than a tick, an orphan every hour. */
function toLife(at: number, suspect: boolean): Life {
  lastLife += 1;
  return {
    id: lastLife,
    segment: 1,
    fd: lastLife % 1000,
    tid: null,
    inode: `${3_126_838_341 + lastLife}`,
    kind: 'socket',
    target: `socket:[${3_126_838_341 + lastLife}]`,
    place: `tcp accepted on :${8000 + (lastLife % 20)}`,
    firstSeen: at,
    lastSeen: suspect ? null : at + 60_000,
    verdicts: [{ at, verdict: 'established' }, ...(suspect ? [{ at: at + 60_000, verdict: 'orphaned' }] : [])],
    suspect,
    local: { address: '::ffff:192.168.17.4', port: 41_375 },
    remote: { address: '::ffff:10.31.7.99', port: lastLife % 65_536 },
    lastPeer: { address: '::ffff:10.31.7.99', port: lastLife % 65_536 },
    acceptedOn: { address: '::', port: 41_375 },
  };
}

function toTick(n: number): TickRecord {
  const at = START + n * TICK_MS;
  const orphaned = Math.floor(n / 360);
  const established = 700 + Math.round(150 * Math.sin((2 * Math.PI * at) / DAY_MS)) + (n % 17);
  const byVerdict = {
    orphaned,
    established,
    listening: 12,
    'peer-closed': n % 5,
    'half-closed': n % 3,
    datagram: 4,
    'in-use': 131,
    connecting: n % 2,
  };
  const byKind = {
    socket: orphaned + established + 18,
    file: 61,
    pipe: 22,
    epoll: 4,
    eventfd: 9,
    timerfd: 2,
    'character-device': 3,
    directory: 1,
    other: 2,
  };
  const open = orphaned + established + 150;
  const lives = [toLife(at, n % 360 === 0), ...(n % 4 === 0 ? [toLife(at, false)] : [])];
  const byPlace: Record<string, number> = {};
  const moved: Record<string, [number, number]> = {};
  // Of sixty places, twenty move at every tick.
  for (let i = 0; i < 60; i += 1) {
    const place = `tcp accepted on :${8000 + i}`;
    byPlace[place] = 10 + (i < 20 ? (n * 7 + i) % 11 : 0);
    if (i < 20) moved[place] = [2, 2];
  }
  const full = { byVerdict, byKind, byPlace, moved, opened: 40 + (n % 9), closed: 40 + (n % 7) };
  const evidence = n % 8640 === 0 ? [{ at, alert: `orphans-${n}`, json: toInspectionText(open) }] : [];
  return {
    segments: [],
    sample: { at, segment: 1, open, soft: 65_536, hard: 524_288, full },
    events: [],
    lives,
    alerts: [],
    evidence,
  };
}

/** As large as an inspection of that many descriptors: about 700 bytes each. */
function toInspectionText(open: number): string {
  const because = 'the peer reset this connection and the program has not been told, nothing polls it '.repeat(6);
  return JSON.stringify(
    Array.from({ length: open }, (_, fd) => ({ fd, inode: `${fd * 7919}`, because, port: (fd * 31) % 65_536 })),
  );
}

async function write(path: string) {
  const owner = { pid: process.pid, startTicks: 1, bootId: 'bench' };
  const opened = await openWriter(path, { owner, isRunning: () => false });
  if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
  return opened.history;
}

const many = await write(join(folder, 'many.db'));
const began = performance.now();
const cpu = process.cpuUsage();
for (let n = 1; n <= 300_000; n += 1) {
  const committed = many.commit([toTick(n)]);
  if (committed.kind !== 'committed') throw new Error(committed.because);
  if (n % 50_000 === 0 || n === 10_000) {
    console.log(
      `${n} transactions: resident ${megabytes(process.memoryUsage().rss)}, file ${megabytes(many.stored.sizeBytes())}`,
    );
  }
}
const { user, system } = process.cpuUsage(cpu);
console.log(
  `300,000 transactions: ${((performance.now() - began) / 300_000).toFixed(3)} ms each, ${((user + system) / 300_000_000).toFixed(3)} ms of a core`,
);
many.close();

lastLife = 0;
const path = join(folder, 'month.db');
const writer = await write(path);
writer.commit([
  {
    segments: [
      {
        id: 1,
        from: START,
        because: 'first-look',
        pid: 1,
        startTicks: 1,
        bootId: 'bench',
        comm: 'bench',
        exe: null,
        soft: 65_536,
        hard: 524_288,
      },
    ],
    sample: null,
    events: [],
    lives: [],
    alerts: [],
    evidence: [],
  },
]);
for (let n = 0; n < MONTH_TICKS; n += 60) writer.commit(Array.from({ length: 60 }, (_, i) => toTick(n + i)));
writer.close();
console.log(`a month: ${megabytes(statSync(path).size)}, ${lastLife} lives begun`);

const opened = await openReader(path);
if (opened.kind !== 'opened') throw new Error(opened.because);
for (let run = 0; run < 3; run += 1) {
  const before = performance.now();
  const read = opened.history.snapshot((history) => {
    const samples = history.samples(0);
    return {
      segments: history.segments(),
      samples,
      rollups: history.rollups(0, samples[0]?.at ?? 0),
      suspects: history.lives({ by: 'suspect' }),
      events: history.events(0),
    };
  });
  if (read.kind !== 'read') throw new Error(read.because);
  const between = performance.now();
  const { segments, samples, rollups, suspects } = read.value;
  const now = samples.at(-1);
  const trends = measureTrends({
    segments,
    samples,
    rollups,
    gaps: [],
    now: { open: now?.open ?? 0, soft: now?.soft ?? null },
  });
  const took = performance.now();
  console.log(
    `report: read ${samples.length} samples, ${rollups.length} roll-ups, ${suspects.length} suspects in ${(between - before).toFixed(0)} ms; ${trends.length} trends in ${(took - between).toFixed(0)} ms`,
  );
}
console.log(opened.history.lives({ by: 'all' }).length, 'lives kept');
opened.history.close();
rmSync(folder, { recursive: true, force: true });
