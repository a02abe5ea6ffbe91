import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
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
  checkDescriptorsLeft();
  const startedAt = performance.now();
  const shell = ['-c', 'ulimit -S -n 1024; exec "$0" "$@"', command, ...args];
  const running = execa('sh', shell, {
    // What execa gathers itself of a tool that never stops to print took 8 s and 2 GB to be given up after 200 ms.
    buffer: false,
    env: toolEnvironment(),
    reject: false,
    stdin: 'ignore',
  });
  const tooMuch = (): void => void running.kill('SIGKILL');
  const output = Promise.all([gather(running.stdout, tooMuch), gather(running.stderr, tooMuch)]);
  const over = new AbortController();
  const deadline = pauseAtLeast(
    deadlineMs,
    cutOff === undefined ? over.signal : AbortSignal.any([over.signal, cutOff]),
  );
  const ended = await Promise.race([Promise.all([running, output]), deadline.then(() => 'late' as const)]);
  over.abort();
  if (ended === 'late') {
    running.kill('SIGKILL');
    running.unref();
    running.stdout.destroy();
    running.stderr.destroy();
    return { kind: 'timed-out', afterMs: Math.min(deadlineMs, Math.round(performance.now() - startedAt)) };
  }
  const tookMs = performance.now() - startedAt;
  const [result, [stdout, stderr]] = ended;
  const { exitCode } = result;
  if (exitCode === COMMAND_NOT_FOUND || result.code === 'ENOENT')
    return { kind: 'unavailable', because: 'not installed' };
  if (stdout.length >= MOST_OUTPUT_BYTES || stderr.length >= MOST_OUTPUT_BYTES)
    return { kind: 'failed', because: 'it printed more than 64 MiB', stdout, stderr };
  if (exitCode === 0) return { kind: 'ran', stdout, stderr, tookMs };
  return {
    kind: 'failed',
    because: firstLine(stderr) || `exit status ${exitCode ?? result.signal ?? 'unknown'}`,
    stdout,
    stderr,
  };
}

/** For two pipes and what watches over the child. */
const NEEDED_DESCRIPTORS = 8;

/** Throws at our own limit of descriptors: there, the engine of the single file tells nobody of a child that it could not start, and ends. */
function checkDescriptorsLeft(): void {
  const held: number[] = [];
  try {
    while (held.length < NEEDED_DESCRIPTORS) held.push(openSync('/', 'r'));
  } finally {
    for (const fd of held) closeSync(fd);
  }
}

/** What a stream holds up to its end or to `MOST_OUTPUT_BYTES`, a character for each byte; there `tooMuch` is called. */
async function gather(stream: Readable, tooMuch: () => void): Promise<string> {
  const chunks: Buffer[] = [];
  let left = MOST_OUTPUT_BYTES;
  stream.on('data', (chunk: Buffer) => {
    if (left > 0) chunks.push(chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0) tooMuch();
  });
  // Given up in the middle, it is no longer asked for.
  await finished(stream).catch(() => undefined);
  return Buffer.concat(chunks).toString('latin1');
}

/** The C locale, and the folders that only root has in PATH. */
export function toolEnvironment(): { readonly LC_ALL: string; readonly PATH: string } {
  return { LC_ALL: 'C', PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin` };
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
