/**
 * `npm run bench`: runs the compiled benchmarks one after the other, each in a process of its own.
 *
 * Names choose: `npm run bench -- parse report`. Ends with 1 when one of them failed or there was none.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../dist-bench/bench/', import.meta.url));
const wanted = process.argv.slice(2);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.js'))
  .map((file) => file.slice(0, -'.js'.length))
  .filter((name) => wanted.length === 0 || wanted.includes(name));

let failed = names.length === 0 ? 1 : 0;
if (failed === 1) process.stderr.write(`no benchmark of that name in bench/: ${wanted.join(' ')}\n`);
for (const name of names) {
  process.stdout.write(`\n== ${name}\n`);
  const { status } = spawnSync(process.execPath, [`${folder}${name}.js`], { stdio: 'inherit' });
  if (status !== 0) {
    failed = 1;
    process.stderr.write(`bench/${name}.ts ended with ${status}\n`);
  }
}
process.exitCode = failed;
