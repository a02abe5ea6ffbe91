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
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { measure, race, rounds, sayRatio } from './lib/race.ts';

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

/** Beside the crowd, where that lives in a namespace of its own. */
function inside(pid: number, args: readonly string[]): readonly string[] {
  return isRoot ? ['nsenter', '-t', `${pid}`, '-n', ...args] : args;
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

function raceBeside(pid: number, commands: Readonly<Record<string, readonly string[]>>): ReturnType<typeof race> {
  return race(Object.fromEntries(Object.entries(commands).map(([name, args]) => [name, inside(pid, args)])));
}

/** Runs it once more, and reads its own account of memory and of the dead it asked. */
function describeRun(pid: number, sources: string): string {
  const { stdout, cost } = measure(inside(pid, fdleak(pid, sources)));
  const { summary } = JSON.parse(stdout);
  return `${sources}: ${cost}, ${(stdout.length / 1e6).toFixed(1)} MB of JSON, orphaned ${summary.byVerdict.orphaned ?? 0}, unlisted ${summary.byVerdict.unlisted ?? 0}`;
}

const large = await startCrowd(6500, 6500);
console.log(`${large.descriptors} descriptors, ${rounds}`);
const times = raceBeside(large.pid, {
  'lsof -nP -p': ['lsof', '-nP', '-p', `${large.pid}`],
  'lsfd -p': ['lsfd', '-p', `${large.pid}`],
  'ss -tanpe': ['ss', '-tanpe'],
  'fdleak inspect': fdleak(large.pid),
  // Listed by the kernel's own walk, with the time of each death.
  'fdleak by the walk': fdleak(large.pid, 'proc,bpf'),
  ...besides(large.pid),
});
for (const name of ['fdleak inspect', 'fdleak by the walk']) {
  console.log(`${name}: ${sayRatio(times, name, 'lsof -nP -p')}, ${sayRatio(times, name, 'lsfd -p')}`);
}
if (other !== undefined) console.log(`fdleak inspect: ${sayRatio(times, 'fdleak inspect', 'fdleak of OTHER')}`);
for (const sources of ['proc,autopsy', 'proc,bpf']) console.log(describeRun(large.pid, sources));
large.child.kill();

const small = await startCrowd(12, 0);
console.log(`\n${small.descriptors} descriptors, ${rounds}`);
const smallTimes = raceBeside(small.pid, {
  'node -e 0': [process.execPath, '-e', '0'],
  'fdleak inspect': fdleak(small.pid),
  ...besides(small.pid),
});
console.log(`fdleak inspect: ${sayRatio(smallTimes, 'fdleak inspect', 'node -e 0')}`);
if (other !== undefined) console.log(`fdleak inspect: ${sayRatio(smallTimes, 'fdleak inspect', 'fdleak of OTHER')}`);
small.child.kill();
