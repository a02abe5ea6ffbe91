import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const FOLDER = fileURLToPath(new URL('./processes/targets/', import.meta.url));
/** A shim in a home folder would not run for another user. */
const PATH = '/usr/local/bin:/usr/bin:/bin';
const STOP_MS = 5000;

/** A small process under test; `ready` is what it said of itself. */
export interface Target<Ready> {
  readonly ready: Ready;
  /** Sends a word, and gives back what is answered to it. */
  readonly ask: (word: string) => Promise<unknown>;
}

/** Starts `processes/targets/<script>`, which ends with the test; `as` names another user by number. */
export async function startTarget<Ready extends { readonly pid: number }>(
  script: string,
  args: readonly (string | Buffer)[] = [],
  { as }: { as?: number } = {},
): Promise<Target<Ready>> {
  const user = as === undefined ? [] : ['setpriv', `--reuid=${as}`, `--regid=${as}`, '--clear-groups', '--'];
  const [command = '', ...rest] = [...user, 'python3', '-B', `${FOLDER}${script}`, ...args.map(String)];
  const child = spawn(command, rest, { env: { PATH }, cwd: '/' });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.stdin.end();
    const stopped = await Promise.race([ended.then(() => true), wait(STOP_MS, false, { ref: false })]);
    if (!stopped) child.kill('SIGKILL');
    await ended;
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));

  const lines = createInterface({ input: child.stdout });
  const nextLine = async (): Promise<string> => {
    const line: unknown = await Promise.race([
      once(lines, 'line').then(([text]: unknown[]) => text),
      ended.then(() => null),
    ]);
    if (typeof line !== 'string') throw new Error(`${script} ended: ${complaints}`);
    return line;
  };
  const ready: Ready = JSON.parse((await nextLine()).replace(/^ready /, ''));
  return {
    ready,
    ask: async (word) => {
      const answer = nextLine();
      child.stdin.write(`${word}\n`);
      return JSON.parse(await answer);
    },
  };
}
