import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Limit } from '../../core/model/limits.ts';
import type { Ending } from './ending.ts';

/** A command that was started, in a process group of its own. */
export interface Started {
  /** Its process, and the number of its group; null when it could not be started. */
  readonly pid: number | null;
  readonly ended: Promise<Ending>;
  /** Its stdout and stderr, where they are piped. */
  readonly child: ChildProcess;
  readonly isRunning: () => boolean;
  /** Asks the group to end, then makes it. Resolves once nothing of it is left. */
  stop(patienceMs: number): Promise<void>;
}

/** Sets the caller's soft limit of descriptors, then becomes the command. `$0` is the limit. */
const WITH_LIMIT = 'ulimit -S -n "$0"; exec "$@"';
const AS_IT_IS = 'exec "$@"';
/** What was started and may still run: the groups by their number. */
const RUNNING = new Set<number>();
const POLL_MS = 20;

/**
 * Starts a command without a shell of its own, with the soft limit of descriptors that the caller's shell has. It leads a new
 * process group, so that all it starts can be ended with it, and Ctrl-C reaches it through us alone.
 *
 * @see setsid(2); getrlimit(2)
 */
export function startCommand(command: readonly string[], softLimit: Limit | null, stdio: StdioOptions): Started {
  const script = softLimit === null ? AS_IT_IS : WITH_LIMIT;
  const child = spawn('/bin/sh', ['-c', script, `${softLimit ?? 'sh'}`, ...command], { detached: true, stdio });
  const pid = child.pid ?? null;
  if (pid !== null) RUNNING.add(pid);
  let hasEnded = false;
  const ended = new Promise<Ending>((resolve) => {
    child.on('error', (error) => resolve({ kind: 'not-started', because: error.message }));
    child.on('exit', (status, signal) =>
      resolve(status === null ? { kind: 'signalled', signal: `${signal}` } : { kind: 'exited', status }),
    );
  }).then((ending) => {
    hasEnded = true;
    return ending;
  });
  return { pid, ended, child, isRunning: () => !hasEnded, stop: async (patienceMs) => stopGroup(pid, patienceMs) };
}

/** Ends at once all that was started and not stopped: for an interrupt. */
export function stopAll(): void {
  for (const pid of RUNNING) signalGroup(pid, 'SIGKILL');
  RUNNING.clear();
}

/** SIGTERM to the group, SIGKILL to what is left of it after `patienceMs`. */
async function stopGroup(pid: number | null, patienceMs: number): Promise<void> {
  if (pid === null) return;
  RUNNING.delete(pid);
  if (!signalGroup(pid, 'SIGTERM')) return;
  const until = performance.now() + patienceMs;
  while (performance.now() < until) {
    if (!signalGroup(pid, 0)) return;
    await sleep(POLL_MS);
  }
  signalGroup(pid, 'SIGKILL');
  for (let waits = 0; waits < 50 && signalGroup(pid, 0); waits++) await sleep(POLL_MS);
}

/** Whether there was anybody to signal. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}
