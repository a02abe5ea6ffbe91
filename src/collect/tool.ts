import type { ToolRun } from '../core/model/reading.ts';
import { pauseAtLeast } from './pause.ts';

/** Runs another program to its end, to its deadline, or until it is cut off; its output is bytes, one character each. */
export type RunTool = (
  command: string,
  args: readonly string[],
  deadlineMs: number,
  cutOff?: AbortSignal,
) => Promise<ToolRun>;

/** 300,000 sockets of ss. It is held whole, and parsed. */
const MOST_OUTPUT_BYTES = 1 << 26;
const COMMAND_NOT_FOUND = 127;

/**
 * Runs a tool in the C locale with no input, through execa.
 *
 * The shell in front lowers the soft limit of descriptors: Node raises its own to the hard one, children inherit
 * that, and lsof closes every number below it before it starts. A tool that outlives its deadline is killed and
 * no longer waited for: one that hangs in the kernel cannot die. Never rejects: at our own limit of descriptors not even execa
 * can be loaded, and that is `failed`.
 */
export const runTool: RunTool = async (command, args, deadlineMs, cutOff) => {
  try {
    return await run(command, args, deadlineMs, cutOff);
  } catch (error) {
    const because = firstLine(error instanceof Error ? error.message : String(error));
    return { kind: 'failed', because, stdout: '', stderr: '' };
  }
};

async function run(...[command, args, deadlineMs, cutOff]: Parameters<RunTool>): Promise<ToolRun> {
  const { execa } = await import('execa');
  const startedAt = performance.now();
  const shell = ['-c', 'ulimit -S -n 1024; exec "$0" "$@"', command, ...args];
  const running = execa('sh', shell, {
    encoding: 'latin1',
    env: toolEnvironment(),
    maxBuffer: MOST_OUTPUT_BYTES,
    reject: false,
    stdin: 'ignore',
    stripFinalNewline: false,
  });
  const over = new AbortController();
  const deadline = pauseAtLeast(
    deadlineMs,
    cutOff === undefined ? over.signal : AbortSignal.any([over.signal, cutOff]),
  );
  const result = await Promise.race([running, deadline.then(() => 'late' as const)]);
  over.abort();
  if (result === 'late') {
    running.kill('SIGKILL');
    running.unref();
    running.stdout.destroy();
    running.stderr.destroy();
    return { kind: 'timed-out', afterMs: Math.min(deadlineMs, Math.round(performance.now() - startedAt)) };
  }
  const tookMs = performance.now() - startedAt;
  const { exitCode, stdout, stderr } = result;
  if (exitCode === COMMAND_NOT_FOUND || result.code === 'ENOENT')
    return { kind: 'unavailable', because: 'not installed' };
  if (exitCode === 0) return { kind: 'ran', stdout, stderr, tookMs };
  return {
    kind: 'failed',
    because: firstLine(stderr) || `exit status ${exitCode ?? result.signal ?? 'unknown'}`,
    stdout,
    stderr,
  };
}

/** The C locale, and the folders that only root has in PATH. */
export function toolEnvironment(): { readonly LC_ALL: string; readonly PATH: string } {
  return { LC_ALL: 'C', PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin` };
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
