/**
 * The single file beside Node and lsof, and its size. `npm run build:binary` makes it; one that is older than the source is refused.
 *
 *     npm run bench -- binary
 *     OTHER=/path/to/another/file npm run bench -- binary      beside another build of it
 *
 * Whole processes, in turns in one run; the least of each counts. As root in a network namespace of its own for the processes looked at.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { race, rounds, sayRatio } from './lib/race.ts';
import { whyStale } from './lib/why-stale.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const BINARY = `${root}dist-bin/fdleak-linux-x64`;
const UNDER_NODE = [process.execPath, `${root}bin/fdleak.js`];
const WATCH_S = Number(process.env['FDLEAK_BENCH_SECONDS'] ?? 60);
const other = process.env['OTHER'];

async function startCrowd(
  live: number,
  dead: number,
): Promise<{ child: ChildProcess; pid: number; descriptors: number }> {
  const command = ['--net', 'sh', '-c', 'ip link set lo up && exec "$0" "$@"', 'python3', `${root}bench/crowd.py`];
  const child = spawn('unshare', [...command, `${live}`, `${dead}`], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return { child, ...JSON.parse(String(line)) };
}

const inspect = (pid: number): string[] => [
  'inspect',
  `${pid}`,
  '--sources',
  'proc,autopsy',
  '--settle',
  '0',
  '--json',
];

/** Resident memory of a watch of that process at its end and at most, MB. */
async function measureWatch(command: readonly string[], pid: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-bench-'));
  const [file, ...args] = [...command, 'watch', `${pid}`, '--interval', '1s', '--history', join(folder, 'h.db')];
  const child = spawn(file, args, { stdio: 'ignore' });
  await wait(WATCH_S * 1000);
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const [now, most] = ['VmRSS', 'VmHWM'].map((name) =>
    (Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024).toFixed(0),
  );
  child.kill('SIGINT');
  await once(child, 'exit');
  rmSync(folder, { recursive: true });
  return `${now} MB resident after ${WATCH_S} s, ${most} at most`;
}

const stale = whyStale(BINARY, [`${root}src`, `${root}bin`]);
if (stale !== null) {
  console.error(`${stale}\nNext: npm run build:binary`);
  process.exit(1);
}

const toMb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
console.log(`start, ${rounds}`);
const starts = race({
  'node -e 0': [process.execPath, '-e', '0'],
  'single file -V': [BINARY, '-V'],
  ...(other === undefined ? {} : { 'OTHER -V': [other, '-V'] }),
});
console.log(`single file -V: ${sayRatio(starts, 'single file -V', 'node -e 0')}`);
if (other !== undefined) console.log(`single file -V: ${sayRatio(starts, 'single file -V', 'OTHER -V')}`);

const small = await startCrowd(12, 0);
console.log(`\ninspect of ${small.descriptors} descriptors, ${rounds}`);
const smallTimes = race({
  'lsof -nP -p': ['lsof', '-nP', '-p', `${small.pid}`],
  'single file': [BINARY, ...inspect(small.pid)],
  'under Node': [...UNDER_NODE, ...inspect(small.pid)],
});
console.log(`single file: ${sayRatio(smallTimes, 'single file', 'lsof -nP -p')}`);
small.child.kill();

const large = await startCrowd(6500, 6500);
console.log(`\ninspect of ${large.descriptors} descriptors, ${rounds}`);
const largeTimes = race({
  'single file': [BINARY, ...inspect(large.pid)],
  'under Node': [...UNDER_NODE, ...inspect(large.pid)],
});
console.log(`single file: ${sayRatio(largeTimes, 'single file', 'under Node')}`);
large.child.kill();

const middle = await startCrowd(480, 20);
console.log(`\nwatch of ${middle.descriptors} descriptors`);
console.log(`single file: ${await measureWatch([BINARY], middle.pid)}`);
console.log(`under Node: ${await measureWatch(UNDER_NODE, middle.pid)}`);
middle.child.kill();

const { stdout: packed } = spawnSync('xz', ['-T0', '-c', BINARY], { maxBuffer: 1 << 28 });
console.log(`\n${toMb(statSync(BINARY).size)}, ${toMb(packed.length)} with xz`);
