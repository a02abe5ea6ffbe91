import { existsSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Deadline } from './deadline.ts';

/** The shell is what we wait for: it can be ended, when the helper cannot. It ends with the helper otherwise. */
const SCRIPT = 'exec 3<&0; "$@" <&3 3<&- & exec 3<&- <&-; wait "$!"';
/** An answer has 500 bytes. */
const MOST_ANSWER_BYTES = 1 << 26;

const SHELL = '/bin/sh';

/** Whether {@link runGivenUp} can start anything: in an image from nothing there is no shell. */
export function canRunGivenUp(): boolean {
  return existsSync(SHELL);
}

/**
 * What a helper process writes by its end, or by the deadline, whichever is first; nothing where it cannot be started. It may be made to
 * wait for a file system that a stranger serves, where not even SIGKILL ends it: it is left there, and we are not.
 */
export async function runGivenUp(
  command: readonly string[],
  input: string,
  { withinMs, interrupted }: Deadline,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // It takes whole numbers only.
    const late = AbortSignal.timeout(Math.ceil(withinMs));
    const signal = interrupted === null ? late : AbortSignal.any([late, interrupted]);
    const shell = spawn(SHELL, ['-c', SCRIPT, 'sh', ...command], {
      stdio: ['pipe', 'pipe', 'ignore'],
      signal,
      killSignal: 'SIGKILL',
    });
    shell.stdin.on('error', () => undefined).end(input);
    shell.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MOST_ANSWER_BYTES) chunks.push(chunk);
    });
    try {
      await once(shell, 'close', { signal });
    } finally {
      // The helper may hold the other ends for as long as it is made to wait.
      shell.stdout.destroy();
      shell.unref();
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
  return Buffer.concat(chunks).toString('utf8');
}
