/**
 * `fdleak scan` as a whole process beside `lsof -nP`, on a host of 500 processes with 20,000 descriptors, 6,500 of them dead in one; and its
 * counts as a user who may look into none of them, beside an empty Node. In a network namespace of its own, in turns in one run. Not in a
 * pid namespace of its own, where the walk over the host is not to be had: the other processes of the machine are seen by both. Needs root.
 *
 *     npm run bench -- scan
 *
 * Prints for each its least and median time in ms, the ratios of the least, and what scan took of memory.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { measure, race, rounds, sayRatio } from './lib/race.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const PROCESSES = 499;
const FILES = 24;
const DEAD = 6500;

if (process.getuid?.() !== 0) {
  console.log('skipped: namespaces of its own need root');
  process.exit();
}

const host = ['python3', `${root}bench/host.py`, `${PROCESSES}`, `${FILES}`, `${DEAD}`];
const child = spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up && exec "$0" "$@"', ...host], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const [line] = await once(child.stdout, 'data');
const { processes } = JSON.parse(String(line));
const inside = ['nsenter', '-t', `${child.pid}`, '-n'];
const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
const scan = ['scan', '--settle', '0', '--within', '20s'];
const byProc = ['env', 'FDLEAK_BPF=0', process.execPath, `${root}bin/fdleak.js`, ...scan];
const byWalk = [process.execPath, `${root}bin/fdleak.js`, ...scan];

console.log(`${processes} processes, ${PROCESSES * (FILES + 3) + DEAD} descriptors, ${rounds}`);
const times = race({
  'lsof -nP': [...inside, 'lsof', '-nP'],
  'fdleak scan by /proc': [...inside, ...byProc],
  'fdleak scan': [...inside, ...byWalk],
});
console.log(`by /proc: ${sayRatio(times, 'fdleak scan by /proc', 'lsof -nP')}`);
console.log(`with the walk: ${sayRatio(times, 'fdleak scan', 'lsof -nP')}`);

const { stdout, cost } = measure([...inside, ...byWalk, '--json']);
console.log(`${cost}, ${JSON.stringify(JSON.parse(stdout).summary)}`);

console.log(`\nas nobody, ${rounds}`);
const counts = race({
  'node -e 0': [...inside, ...nobody, process.execPath, '-e', '0'],
  'fdleak scan': [...inside, ...nobody, ...byWalk],
});
console.log(`counts: ${sayRatio(counts, 'fdleak scan', 'node -e 0')}`);
child.stdin.end();
