import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

export interface HookRun {
  /** The command and its arguments: no shell takes part. */
  readonly command: readonly string[];
  readonly stdin: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly deadlineMs: number;
}

/** `failed` says in words why: it could not be started, ended with a status, was killed at the deadline. */
export type HookOutcome = { readonly kind: 'ran' } | { readonly kind: 'failed'; readonly because: string };

/**
 * Runs a hook of the user in a process group of its own, with our environment and `variables`. At its deadline the whole group is
 * killed, and it is no longer waited for; so it is where fdleak ends before. What it prints goes nowhere: stdout is ours to speak on.
 */
export async function runHook({ command, stdin, variables, deadlineMs }: HookRun): Promise<HookOutcome> {
  const [file = '', ...args] = command;
  return await new Promise<HookOutcome>((resolve) => {
    const child = spawn(file, args, {
      detached: true,
      env: { ...process.env, ...variables },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    // Without a descriptor left there is no pipe, whatever the types say; the error comes as an event.
    const input: Writable | undefined = child.stdin;
    const kill = (): void => killGroup(child.pid);
    // Before the walk ends the process at once.
    process.prependOnceListener('exit', kill);
    const timer = setTimeout(() => {
      process.off('exit', kill);
      kill();
      child.unref();
      input?.destroy();
      resolve({ kind: 'failed', because: `killed after ${deadlineMs} ms` });
    }, deadlineMs);
    const end = (outcome: HookOutcome): void => {
      clearTimeout(timer);
      process.off('exit', kill);
      resolve(outcome);
    };
    child.once('error', (error) => end({ kind: 'failed', because: error.message }));
    child.once('exit', (status, signal) => {
      if (status === 0) end({ kind: 'ran' });
      else end({ kind: 'failed', because: status === null ? `killed by ${signal ?? '?'}` : `exit status ${status}` });
    });
    // A hook need not read what it is given.
    input?.on('error', () => undefined);
    input?.end(stdin);
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
