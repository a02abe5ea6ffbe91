/**
 * `fdleak scan` as a whole process on a host of 5,000 small servers in 200 network namespaces, one of which holds dead connections: with
 * the kernel's walk, and by /proc, where `--within` bounds it. In turns in one run. Needs root and a C compiler.
 *
 *     npm run bench -- scan-crowd
 *
 * Prints for each its least and median time in ms, and what one scan of each took and said.
 */
import { fileURLToPath } from 'node:url';
import { startCrowd } from './lib/crowd-in-namespaces.ts';
import { measure, race, rounds } from './lib/race.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

if (process.getuid?.() !== 0) {
  console.log('skipped: network namespaces need root');
  process.exit();
}

const crowd = await startCrowd(root, { namespaces: 200, processes: 5000, dead: 12 });
const scan = [`${root}bin/fdleak.js`, 'scan', '--within', '2s'];
const byWalk = [process.execPath, ...scan];
const byProc = ['env', 'FDLEAK_BPF=0', process.execPath, ...scan];

console.log(`${crowd.processes} processes in 200 network namespaces, ${rounds}`);
race({ 'fdleak scan': byWalk, 'fdleak scan by /proc': byProc });
for (const [name, BPF] of [
  ['with the walk', '1'],
  ['by /proc', '0'],
] as const) {
  const { stdout, cost } = measure(byWalk, { ...process.env, FDLEAK_BPF: BPF });
  const rows = stdout.trimEnd().split('\n');
  const dead = rows.find((row) => row.includes(` ${crowd.dead} `));
  console.log(`${name}: ${cost}\n  ${dead ?? 'the one with dead connections is not shown'}\n  ${rows.at(-1)}`);
}
await crowd.end();
