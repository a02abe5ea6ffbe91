/**
 * `fdleak assert --max-open` as a whole process beside `node -e 0`, on a process with 1,000 descriptors; and what the matcher costs
 * for each run of a test at 100.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { trackGrowth } from '../src/index.ts';

const ROUNDS = 30;
const HOLDER =
  'for (let at = 0; at < 1000; at++) require("fs").openSync("/dev/null"); process.stdout.write("ready"); process.stdin.resume()';
const FDLEAK = new URL('../../bin/fdleak.js', import.meta.url).pathname;

function measure(args: readonly string[]): number {
  const startedAt = performance.now();
  execFileSync(process.execPath, args);
  return performance.now() - startedAt;
}

const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0;

const holder = spawn(process.execPath, ['-e', HOLDER], { stdio: ['pipe', 'pipe', 'inherit'] });
await once(holder.stdout, 'data');
const empty: number[] = [];
const asserted: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  empty.push(measure(['-e', '0']));
  asserted.push(measure([FDLEAK, 'assert', `${holder.pid}`, '--max-open', '5000']));
}
holder.stdin.end();
console.log(
  `node -e 0: ${median(empty).toFixed(1)} ms; fdleak assert --max-open of 1,000 descriptors: ${median(asserted).toFixed(1)} ms, ` +
    `${(median(asserted) / median(empty)).toFixed(2)} times (medians of ${ROUNDS}, in turns)`,
);

const open: number[] = [];
while (readdirSync('/proc/self/fd').length < 101) open.push(openSync('/dev/null', 'r'));
const RUNS = 5;
const work = (): number => 0;
for (let warm = 0; warm < 20; warm++) await trackGrowth(work, { warmup: 0, runs: RUNS });
const startedAt = performance.now();
for (let round = 0; round < 200; round++) await trackGrowth(work, { warmup: 0, runs: RUNS });
console.log(`matcher: ${((performance.now() - startedAt) / 200 / RUNS).toFixed(3)} ms a run at 100 descriptors`);
for (const fd of open) closeSync(fd);
