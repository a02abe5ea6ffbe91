import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const FOLDER = fileURLToPath(new URL('./processes/assert/', import.meta.url));

export const LEAKS = `${FOLDER}leaks.js`;

/** A server that leaks what it is asked to. */
export interface LeakingServer {
  readonly pid: number;
  readonly port: number;
  /** What connects here is never closed. */
  readonly leakPort: number;
  /** A line for `--exercise` that asks it for something. */
  exercise(word: 'leak' | 'close' | 'file' | 'once' | 'end', count?: number): string;
}

/** Starts the server; it ends with the test. */
export async function startLeaks(): Promise<LeakingServer> {
  const child = spawn(process.execPath, [LEAKS], {
    cwd: '/',
    env: { ...process.env, FDLEAK_TEST_STDIN: 'pipe' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [line]: unknown[] = await once(createInterface({ input: child.stdout }), 'line');
  const { pid, port, leakPort }: Omit<LeakingServer, 'exercise'> = JSON.parse(String(line).replace('ready ', ''));
  return {
    pid,
    port,
    leakPort,
    exercise: (word, count = 1) =>
      word === 'leak' ? toExercise(leakPort, 'leave', count) : toExercise(port, word, count),
  };
}

export function toExercise(port: number, word: string, count = 1): string {
  return `${process.execPath} ${FOLDER}ask.js ${port} ${word} ${count}`;
}
