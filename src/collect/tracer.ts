import type { Engine } from '../core/model/trace.ts';
import { toolEnvironment } from './tool.ts';

/** How an engine is started, and what it says. */
export interface TracerRequest {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly engine: Engine;
  /** Told each line of its output, as it comes. */
  readonly onLine: (line: string) => void;
  /** Aborted when it is to let go of the process. */
  readonly signal: AbortSignal;
}

export interface TracerEnd {
  /** Lines of stderr that are no output. */
  readonly stderr: string;
  /** Whether it ended before it was told to. */
  readonly isEarly: boolean;
}

/** Time to detach and print: a busy machine needs a second for each tracepoint. */
const DETACH_MS = 60_000;
/** bpftrace ends where the signal breaks off a wait of it: one that comes between two waits is lost. */
const AGAIN_MS = 3000;
const MOST_STDERR = 1 << 16;

/**
 * Runs bpftrace or strace until `signal` is aborted, then asks it to detach (SIGINT), and after a minute ends it. The kernel ends it with us
 * (PR_SET_PDEATHSIG): alone it would go on tracing. What it traced runs on when it ends, in whatever way. Never rejects.
 *
 * @see setpriv(1); PR_SET_PDEATHSIG(2const); ptrace(2)
 */
export async function runTracer({ command, env, engine, onLine, signal }: TracerRequest): Promise<TracerEnd> {
  const { execa } = await import('execa');
  const running = execa('setpriv', ['--pdeathsig', 'KILL', '--', ...command], {
    buffer: false,
    cleanup: true,
    encoding: 'utf8',
    env: { ...toolEnvironment(), ...env },
    reject: false,
    stdin: 'ignore',
  });
  let stderr = '';
  let timer: NodeJS.Timeout | undefined;
  let asking: NodeJS.Timeout | undefined;
  const stop = (): void => {
    running.kill('SIGINT');
    timer = setTimeout(() => running.kill('SIGKILL'), DETACH_MS);
    // Not SIGINT again: while it prints, that would end it.
    if (engine === 'bpftrace') asking = setInterval(() => running.kill('SIGTERM'), AGAIN_MS);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  const keep = (line: string): void => {
    if (stderr.length < MOST_STDERR) stderr += `${line}\n`;
  };
  const readStderr = async (): Promise<void> => {
    for await (const line of running.iterable({ from: 'stderr' })) (engine === 'strace' ? onLine : keep)(line);
  };
  const readStdout = async (): Promise<void> => {
    for await (const line of running.iterable({ from: 'stdout' })) {
      if (signal.aborted) clearInterval(asking);
      onLine(line);
    }
  };
  await Promise.allSettled([readStderr(), readStdout(), running]);
  clearTimeout(timer);
  clearInterval(asking);
  signal.removeEventListener('abort', stop);
  return { stderr, isEarly: !signal.aborted };
}
