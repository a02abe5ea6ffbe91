import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, type TestContext } from 'vitest';

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
  const { status, lines } = await run([script, ...args]);
  if (status === CANNOT_BE_TRIED) skip(lines.at(-1));
  expect({ status, failures: lines.filter((line) => /^(FAIL|BAD)/.test(line)) }).toEqual({ status: 0, failures: [] });
}

/** Its output goes to a file: a pipe would stay open as long as some victim of the script that outlives it. */
async function run(command: readonly string[]): Promise<{ readonly status: number; readonly lines: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-attack-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'output');
  const output = openSync(path, 'w');
  const env = { ...process.env, FDLEAK_HOME: HOME };
  const child = spawn('python3', command, { detached: true, env, stdio: ['ignore', output, output], timeout: MOST_MS });
  const [status] = await once(child, 'exit');
  closeSync(output);
  endGroup(child.pid);
  return { status: Number(status ?? -1), lines: readFileSync(path, 'utf8').trim().split('\n') };
}

function endGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL');
  } catch {
    // All of them have ended.
  }
}
