/** @module-tag shellcheck unshare */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { ROOT } from '../project/root.ts';

const compare = async (before: string, after: string) =>
  await execa(process.execPath, [join(ROOT, 'scripts/compare-inspections.js'), before, after], { reject: false });

/** A checkout whose fdleak calls each listener a socket in use. */
function plantMistake(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-planted-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(folder, 'bin/fdleak.js'),
    `import { spawnSync } from 'node:child_process';
const { stdout, status } = spawnSync(process.execPath, [${JSON.stringify(join(ROOT, 'bin/fdleak.js'))}, ...process.argv.slice(2)]);
process.stdout.write(\`\${stdout}\`.replaceAll('"is":"listening"', '"is":"in-use"'));
process.exitCode = status;`,
  );
  return folder;
}

it.runIf(process.getuid?.() === 0)('two builds are compared by every capture, and a mistake is named', async () => {
  const same = await compare(ROOT, ROOT);
  expect(same).toMatchObject({ exitCode: 0, stderr: '' });
  const lines = same.stdout.split('\n');
  expect(lines.filter((line) => line.startsWith('gshell/'))).toHaveLength(3);
  expect(lines.filter((line) => line.startsWith('saved/')).length).toBeGreaterThanOrEqual(26);
  expect(lines.filter((line) => !line.endsWith(': the same'))).toEqual([]);

  const { exitCode, stdout } = await compare(ROOT, plantMistake());
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(
    /^gshell\/0-healthy: \d+ differences\n +\.descriptors\.\d+\.verdict\.is: "listening" -> "in-use"/m,
  );
});

it('has a script without a complaint of shellcheck', async () => {
  expect((await execa('shellcheck', [join(ROOT, 'scripts/inspect-capture.sh')], { reject: false })).stdout).toBe('');
});
