import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readOpenCount } from '../../collect/limits.ts';
import { ProcessFolder } from '../../collect/process-folder.ts';
import type { ProcFs } from '../../collect/proc-fs.ts';
import { findListener } from '../../collect/targets.ts';

/** When a command that was started is ready to be exercised. */
export type Ready =
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'log'; readonly pattern: RegExp }
  | { readonly kind: 'file'; readonly path: string }
  /** Its number of descriptors has not changed for half a second. */
  | { readonly kind: 'calm' };

export interface Candidate {
  readonly pid: number;
  readonly isRunning: () => boolean;
  /** What it has printed, as far as it is kept. */
  readonly output: () => string;
}

/** `pid`: the process to look at, which is a child of the command where that is what listens. */
export type Readiness = { readonly kind: 'ready'; readonly pid: number } | { readonly kind: 'late' | 'ended' };

const POLL_MS = 25;
const CALM_MS = 500;

/** Waits for a command to be ready, by looks alone: nobody connects to it. */
export async function awaitReady(
  proc: ProcFs,
  ready: Ready,
  candidate: Candidate,
  timeoutMs: number,
): Promise<Readiness> {
  const until = performance.now() + timeoutMs;
  const findReady = toTest(proc, ready, candidate);
  while (performance.now() < until) {
    const pid = findReady();
    if (pid !== null) return { kind: 'ready', pid };
    if (!candidate.isRunning()) return { kind: 'ended' };
    await sleep(POLL_MS);
  }
  return { kind: 'late' };
}

/** What is missing while it is not ready, in words. */
export function sayNotReady(ready: Ready): string {
  switch (ready.kind) {
    case 'port':
      return `it does not listen on port ${ready.port}`;
    case 'log':
      return `no line of its output matches ${ready.pattern}`;
    case 'file':
      return `there is no file ${ready.path}`;
    case 'calm':
      return 'the number of its descriptors keeps changing';
  }
}

function toTest(proc: ProcFs, ready: Ready, { pid, output }: Candidate): () => number | null {
  switch (ready.kind) {
    case 'port':
      return () => findListener(proc, pid, ready.port);
    case 'log':
      return () => (ready.pattern.test(output()) ? pid : null);
    case 'file':
      return () => (existsSync(ready.path) ? pid : null);
    case 'calm':
      return toCalmTest(proc, pid);
  }
}

function toCalmTest(proc: ProcFs, pid: number): () => number | null {
  const folder = new ProcessFolder(proc, pid);
  let last: number | null = null;
  let since = performance.now();
  return () => {
    const count = readOpenCount(folder);
    const open = count.kind === 'read' ? count.value : null;
    if (open !== last) since = performance.now();
    last = open;
    return performance.now() - since >= CALM_MS ? pid : null;
  };
}
