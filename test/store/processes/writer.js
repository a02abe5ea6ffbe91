// Writes ticks into a history as fast as it can and prints the number of each once it is committed.
//
//     node writer.js <folder of the compiled store> <history> <first tick> <ticks>
//
// Ticks are ten seconds apart, so roll-ups and pruning come with them; each brings five lives and ends five.
import { writeSync } from 'node:fs';
import { join } from 'node:path';

const [folder, path, first, ticks] = process.argv.slice(2);
const { openWriter } = await import(join(folder, 'src/store/open-history.js'));

const START = Date.UTC(2026, 10, 22);
const opened = await openWriter(path, {
  owner: { pid: process.pid, startTicks: Number(first), bootId: 'test' },
  isRunning: () => false,
});
if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));

const life = (id, n, lastSeen) => ({
  id,
  segment: 1,
  fd: id % 1000,
  tid: null,
  inode: `${id}`,
  kind: 'socket',
  target: `socket:[${id}]`,
  firstSeen: START + n * 10_000,
  lastSeen,
  verdicts: [{ at: START + n * 10_000, verdict: 'established' }],
  place: 'pipe',
  suspect: id % 2 === 0,
  local: { address: '::1', port: 41_375 },
  remote: { address: '10.0.0.7', port: id % 65_536 },
  lastPeer: null,
  acceptedOn: null,
});

for (let n = Number(first); n < Number(first) + Number(ticks); n += 1) {
  const at = START + n * 10_000;
  const counts = {
    byVerdict: { established: n % 100, orphaned: n },
    byPlace: { 'tcp accepted on :8080': n % 100, pipe: n },
    moved: { pipe: [1, 0] },
    byKind: { socket: n, file: 9 },
    opened: 5,
    closed: 5,
  };
  const begun = Array.from({ length: 5 }, (_, i) => life(n * 5 + i, n, null));
  const ended = n === Number(first) ? [] : Array.from({ length: 5 }, (_, i) => life(n * 5 - 5 + i, n - 1, at));
  const committed = opened.history.commit([
    {
      segments: [],
      sample: { at, segment: 1, open: n, soft: 1024, hard: 4096, full: counts },
      events: [{ kind: 'note', at, because: `tick ${n}` }],
      lives: [...ended, ...begun],
      alerts: [],
      evidence: [],
    },
  ]);
  if (committed.kind !== 'committed') throw new Error(JSON.stringify(committed));
  writeSync(1, `${n}\n`);
}
opened.history.close();
