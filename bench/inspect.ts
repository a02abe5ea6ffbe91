/**
 * `fdleak inspect` as a whole process beside lsof, lsfd and ss, on a process with 19,500 descriptors (13,000 accepted connections,
 * 6,500 of them reset) and on one with 30, in turns in one run. As root in a network namespace of its own, so that no
 * other process's connections are counted in.
 *
 *     npm run bench -- inspect
 *     OTHER=/path/to/another/checkout npm run bench -- inspect      beside another state of the code, built
 *
 * Prints for each command its least and median time in ms, and for fdleak its peak memory, how many of the dead it asked, and the
 * ratios of the least times: the machine's noise only ever adds.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROUNDS = Number(process.env['ROUNDS'] ?? 12);
const root = fileURLToPath(new URL('../../', import.meta.url));
const isRoot = process.getuid?.() === 0;

interface Crowd {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly descriptors: number;
}

async function startCrowd(live: number, dead: number): Promise<Crowd> {
  const python = ['python3', `${root}bench/crowd.py`, `${live}`, `${dead}`];
  const isolated = ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$0" "$@"', ...python];
  const [command = '', ...args] = isRoot ? isolated : python;
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return { child, ...JSON.parse(String(line)) };
}

function timeOf(pid: number, args: readonly string[]): number {
  const [command = '', ...rest] = isRoot ? ['nsenter', '-t', `${pid}`, '-n', ...args] : args;
  const startedAt = performance.now();
  const { error } = spawnSync(command, rest, { stdio: ['ignore', 'ignore', 'ignore'] });
  if (error !== undefined) throw error;
  return performance.now() - startedAt;
}

/** `OTHER` names another checkout, built, to be timed beside this one. */
const other = process.env['OTHER'];

function fdleak(pid: number, sources = 'proc,autopsy', at = root): string[] {
  const options = ['--sources', sources, '--settle', '0', '--json'];
  return [process.execPath, `${at}/bin/fdleak.js`, 'inspect', `${pid}`, ...options];
}

function besides(pid: number): Readonly<Record<string, readonly string[]>> {
  return other === undefined ? {} : { 'fdleak of OTHER': fdleak(pid, 'proc,autopsy', other) };
}

/** Times the commands in turns; the first round warms the caches and is not counted. */
function race(pid: number, commands: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, number[]> {
  const times = new Map<string, number[]>(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, args] of Object.entries(commands)) {
      const ms = timeOf(pid, args);
      if (round > 0) times.get(name)?.push(ms);
    }
  }
  for (const [name, all] of times) {
    all.sort((a, b) => a - b);
    console.log(`${name.padEnd(28)} least ${ms(all[0])}  median ${ms(all[all.length >> 1])}`);
  }
  return times;
}

function ms(value: number | undefined): string {
  return (value ?? Number.NaN).toFixed(0).padStart(5);
}

function ratio(times: ReadonlyMap<string, number[]>, a: string, b: string): string {
  return `${((times.get(a)?.[0] ?? Number.NaN) / (times.get(b)?.[0] ?? Number.NaN)).toFixed(2)} of ${b}`;
}

/** Runs it once more, and reads its own account of memory and of the dead it asked. */
function describeRun(pid: number): string {
  const report =
    'process.on("exit",()=>process.stderr.write(`peak ${(process.resourceUsage().maxRSS/1024).toFixed(0)} MB`))';
  const hook = `data:text/javascript,${encodeURIComponent(report)}`;
  const [command = '', ...args] = fdleak(pid);
  const inNamespace = isRoot
    ? ['nsenter', '-t', `${pid}`, '-n', command, '--import', hook, ...args]
    : [command, '--import', hook, ...args];
  const [first = '', ...rest] = inNamespace;
  const { stdout, stderr } = spawnSync(first, rest, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const { summary } = JSON.parse(stdout);
  return `${stderr.trim()}, ${(stdout.length / 1e6).toFixed(1)} MB of JSON, orphaned ${summary.byVerdict.orphaned ?? 0}, unlisted ${summary.byVerdict.unlisted ?? 0}`;
}

const large = await startCrowd(6500, 6500);
console.log(`${large.descriptors} descriptors, ${ROUNDS} rounds, ms`);
const times = race(large.pid, {
  'lsof -nP -p': ['lsof', '-nP', '-p', `${large.pid}`],
  'lsfd -p': ['lsfd', '-p', `${large.pid}`],
  'ss -tanpe': ['ss', '-tanpe'],
  'fdleak inspect': fdleak(large.pid),
  // Listed by the kernel's own walk, with the time of each death.
  'fdleak by the walk': fdleak(large.pid, 'proc,bpf'),
  ...besides(large.pid),
});
for (const name of ['fdleak inspect', 'fdleak by the walk']) {
  console.log(`${name}: ${ratio(times, name, 'lsof -nP -p')}, ${ratio(times, name, 'lsfd -p')}`);
}
if (other !== undefined) console.log(`fdleak inspect: ${ratio(times, 'fdleak inspect', 'fdleak of OTHER')}`);
console.log(describeRun(large.pid));
large.child.kill();

const small = await startCrowd(12, 0);
console.log(`\n${small.descriptors} descriptors, ${ROUNDS} rounds, ms`);
const smallTimes = race(small.pid, {
  'node -e 0': [process.execPath, '-e', '0'],
  'fdleak inspect': fdleak(small.pid),
  ...besides(small.pid),
});
console.log(`fdleak inspect: ${ratio(smallTimes, 'fdleak inspect', 'node -e 0')}`);
if (other !== undefined) console.log(`fdleak inspect: ${ratio(smallTimes, 'fdleak inspect', 'fdleak of OTHER')}`);
small.child.kill();
