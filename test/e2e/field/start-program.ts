import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished as onThisFinished, type TestContext } from 'vitest';

const PROGRAMS = fileURLToPath(new URL('./programs/', import.meta.url));

/** What the first line of a program says: its pid, and what it leaks. */
export interface Truth {
  readonly pid: number;
  readonly [part: string]: unknown;
}

/** Starts one of `programs/`, compiled where it needs to be, until the test ends; one of several that run at once hands in its own. */
export async function startProgram(
  file: string,
  args: readonly string[] = [],
  { onTestFinished }: Pick<TestContext, 'onTestFinished'> = { onTestFinished: onThisFinished },
): Promise<Truth> {
  const [command = '', ...first] = toCommand(join(PROGRAMS, file));
  const child = spawn(command, [...first, ...args], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const ended = once(child, 'exit');
  // It and what it has started.
  onTestFinished(async () => {
    signalGroup(child.pid ?? 0, 'SIGTERM');
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 2000))]);
    signalGroup(child.pid ?? 0, 'SIGKILL');
  });
  const line: unknown = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([text]: unknown[]) => text),
    ended.then(() => null),
  ]);
  if (typeof line !== 'string') throw new Error(`${file} ended: ${complaints}`);
  return JSON.parse(line);
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It is gone.
  }
}

function toCommand(source: string): readonly string[] {
  switch (extname(source)) {
    case '.py':
      return ['python3', '-B', source];
    case '.mjs':
      return [process.execPath, source];
    case '.java':
      // The launcher takes a file of any name, and its first class.
      return ['java', source];
    case '.go':
      return [
        join(
          compile(source, (folder) => ['go', 'build', '-o', join(folder, 'program'), source]),
          'program',
        ),
      ];
    default:
      return [
        join(
          compile(source, (folder) => toCompilation(source, folder)),
          'program',
        ),
      ];
  }
}

function toCompilation(source: string, folder: string): readonly string[] {
  return ['cc', '-O1', '-pthread', '-o', join(folder, 'program'), source];
}

/** The folder with what `source` compiles to, kept from run to run while the text is the same. */
function compile(source: string, toCommandIn: (folder: string) => readonly string[]): string {
  const hash = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 16);
  const kept = join(tmpdir(), `fdleak-field-${process.getuid?.() ?? 0}`, hash);
  if (existsSync(kept)) return kept;
  const folder = `${kept}.${process.pid}`;
  mkdirSync(folder, { recursive: true });
  copyFileSync(source, join(folder, basename(source)));
  const [command = '', ...args] = toCommandIn(folder);
  execFileSync(command, args, { env: { ...process.env, GO111MODULE: 'off' }, stdio: 'pipe' });
  // Another test may have been faster.
  if (!existsSync(kept)) renameSync(folder, kept);
  return kept;
}
