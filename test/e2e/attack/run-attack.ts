import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, type TestContext } from 'vitest';

const HOME = fileURLToPath(new URL('../../../', import.meta.url));
/** What a script ends with where it cannot try its attack, and says why on its last line. */
const CANNOT_BE_TRIED = 77;
const MOST_MS = 900_000;

/** Runs one script of this folder against the built command: it holds where the script ends with 0. */
export async function runAttack(
  { skip }: Pick<TestContext, 'skip'>,
  name: string,
  args: readonly string[] = [],
): Promise<void> {
  if (process.getuid?.() !== 0) skip('needs root, to be the one who looks at a stranger');
  const script = fileURLToPath(new URL(`${name}.py`, import.meta.url));
  const { exitCode, stdout, stderr } = await execa('python3', [script, ...args], {
    env: { FDLEAK_HOME: HOME },
    reject: false,
    timeout: MOST_MS,
    forceKillAfterDelay: 5000,
  });
  if (exitCode === CANNOT_BE_TRIED) skip(stdout.trim().split('\n').at(-1) ?? stderr);
  expect({ exitCode, failures: stdout.split('\n').filter((line) => /^(FAIL|BAD)/.test(line)) }).toEqual({
    exitCode: 0,
    failures: [],
  });
}
