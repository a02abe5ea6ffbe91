/**
 * `fdleak scan` as a whole process on a host of 5,000 small servers in 200 network namespaces, one of which holds dead connections: with
 * the kernel's walk, and by /proc, where `--within` bounds it. In turns in one run. Needs root and a C compiler.
 *
 *     npm run bench -- scan-crowd
 *
 * Prints for each its least and median time in ms, and what one scan of each came to.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Scan } from '../src/core/model/scan.ts';
import { startCrowd } from './lib/crowd-in-namespaces.ts';
import { race, REPORT_MEMORY, rounds } from './lib/race.ts';

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
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', REPORT_MEMORY, ...scan, '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, FDLEAK_BPF: BPF },
  });
  const { summary, processes }: Scan = JSON.parse(stdout);
  const at = processes.findIndex(({ pid }) => pid === crowd.dead);
  console.log(`${name}: ${stderr.trim()}, row ${at + 1} is the one with dead connections, ${JSON.stringify(summary)}`);
}
await crowd.end();
