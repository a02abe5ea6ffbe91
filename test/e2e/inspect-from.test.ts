import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Diff } from '../../src/core/model/diff.ts';
import { fdleak, RUN } from './fdleak.ts';

const at = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

it.each([
  { name: 'gshell/0-healthy', status: 0, says: 'OK' },
  { name: 'gshell/2-after-90s', status: 3, says: '40 of 59 descriptors cannot be judged' },
  { name: 'saved/34-lsof-macos.txt', status: 3, says: 'lsof of macOS' },
  { name: 'saved/ORIGIN', status: 3, says: 'nothing was recognised' },
  { name: 'nowhere', status: 2, says: 'nowhere: there is no such file (ENOENT). Next: name files that can be read' },
])('reads $name and exits $status: $says', async ({ name, status, says }) => {
  const { exitCode, stdout, stderr } = await fdleak(['inspect', '--from', at(name)]);

  expect(exitCode).toBe(status);
  expect(stdout + stderr).toContain(says);
});

it('reads standard input, and gives null for what the text does not tell', () => {
  const [command, ...rest] = RUN;
  const text = '$ ls -l /proc/7/fd\nlrwx------ 1 a a 64 Nov 25 09:41 3 -> socket:[4711]\n';
  let printed = '';
  try {
    execFileSync(command, [...rest, 'inspect', '--from', '-', '--json'], { input: text });
  } catch (error) {
    if (error instanceof Error && 'stdout' in error) printed = String(error.stdout);
  }

  expect(JSON.parse(printed)).toMatchObject({
    host: null,
    takenAt: null,
    tookMs: null,
    process: { pid: 7, startTicks: null, comm: null },
    limits: { soft: null, open: 1 },
    descriptors: [{ fd: 3, inode: '4711', verdict: { is: 'undecided' } }],
    from: { parts: [{ tool: 'proc-fd-listing', lines: [2, 2], pids: [7], descriptors: 1 }], unrecognised: [] },
  });
});

it('compares two saved moments of one process', async () => {
  const args = [at('gshell/0-healthy'), at('gshell/2-after-90s')];
  const { stdout } = await fdleak(['diff', ...args, '--json']);

  const diff: Diff = JSON.parse(stdout);
  expect(diff.added.filter(({ verdict }) => verdict.is === 'unlisted')).toHaveLength(40);
});
