import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcFs } from '../../collect/proc-fs.ts';
import { findListener } from '../../collect/targets.ts';
import type { Ready } from './ready.ts';
import { toCalmTest } from './calm.ts';

export interface Candidate {
  readonly pid: number;
  readonly isRunning: () => boolean;
  /** What it has printed, as far as it is kept. */
  readonly output: () => string;
}

/** `pid`: the process to look at, which is a child of the command where that is what listens. */
export type Readiness = { readonly kind: 'ready'; readonly pid: number } | { readonly kind: 'late' | 'ended' };

const POLL_MS = 25;

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
