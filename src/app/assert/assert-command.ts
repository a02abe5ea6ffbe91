import { formatDuration } from '../../core/parse/duration.ts';
import { closeSync, writeSync } from 'node:fs';
import { openToWrite } from '../../collect/open-to-write.ts';
import { assertNothing } from '../../core/budget/assert-budget.ts';
import type { AssertionReport } from '../../core/model/assertion.ts';
import type { Match } from '../../core/model/target.ts';
import { assertProcess, type AssertRequest } from './assert.ts';
import { reportNothing } from './report.ts';
import { awaitReady } from './await-ready.ts';
import { type Ready, sayNotReady } from './ready.ts';
import { readCallersSoftLimit } from './caller-limits.ts';
import { findChildren } from '../find-target.ts';
import type { Exercise } from './measure-exercise.ts';
import { startCommand, type Started } from './start-command.ts';
import { sayEnding } from './ending.ts';
import type { World } from '../world.ts';

export interface Launch {
  readonly command: readonly string[];
  readonly ready: Ready;
  readonly readyTimeoutMs: number;
  /** Where its stdout and stderr go; null: our stderr. */
  readonly outputPath: string | null;
  /** The exercise, once the process is known. */
  readonly toExercise: (pid: number) => Exercise | null;
  readonly request: Omit<AssertRequest, 'pid' | 'exercise'>;
}

const STDERR = 2;
const PATIENCE_MS = 5000;
/** Of the output, what is searched for the line that says ready. */
const KEPT_CHARACTERS = 65_536;

/**
 * Starts a command, waits until it is ready, exercises it, asserts, and stops it and all it started. How the command itself
 * ended stands in the notes, not in the result.
 */
export async function assertCommand(world: World, launch: Launch): Promise<AssertionReport> {
  const { command, outputPath, ready, request } = launch;
  const sink = outputPath === null ? STDERR : openToWrite(outputPath, 'fresh');
  const isPiped = ready.kind === 'log';
  const started = startCommand(
    command,
    readCallersSoftLimit(world.proc),
    isPiped ? ['ignore', 'pipe', 'pipe'] : ['ignore', sink, sink],
  );
  try {
    request.onProgress(`waiting for ${sayNotReady(ready)}`);
    const report = await assertStarted(world, launch, started, isPiped ? keepOutput(started, sink) : () => '');
    const isAlive = started.isRunning();
    await started.stop(PATIENCE_MS);
    const ending = sayEnding(await started.ended);
    const note = isAlive ? `it was stopped at the end: ${ending}` : `it ended by itself: ${ending}`;
    return { ...report, notes: [...report.notes, `${command.join(' ')}: ${note}`] };
  } finally {
    await started.stop(PATIENCE_MS);
    started.child.stdout?.destroy();
    started.child.stderr?.destroy();
    if (sink !== STDERR) closeSync(sink);
  }
}

async function assertStarted(
  world: World,
  { ready, readyTimeoutMs, request, toExercise }: Launch,
  started: Started,
  output: () => string,
): Promise<AssertionReport> {
  if (started.pid === null) return notReady(world, request, `it was not started: ${sayEnding(await started.ended)}`);
  const candidate = { pid: started.pid, isRunning: started.isRunning, output };
  const readiness = await awaitReady(world.proc, ready, candidate, readyTimeoutMs);
  switch (readiness.kind) {
    case 'ready': {
      const { pid } = readiness;
      const report = await assertProcess(world, { ...request, pid, exercise: toExercise(pid) });
      return { ...report, notes: [...report.notes, ...noteChildren(findChildren(world, pid))] };
    }
    case 'ended':
      return notReady(world, request, `it ended before it was ready: ${sayEnding(await started.ended)}`);
    case 'late':
      return notReady(
        world,
        request,
        `not ready after ${formatDuration(readyTimeoutMs)}: ${sayNotReady(ready)} (--ready-timeout)`,
      );
  }
}

/** A master that passes says nothing of its workers. */
function noteChildren(children: readonly Match[]): string[] {
  if (children.length === 0) return [];
  return [`not checked, though it started them: ${children.map(({ pid, comm }) => `${comm} (${pid})`).join(', ')}`];
}

/** Passes the output on, and keeps the last of it. */
function keepOutput({ child }: Started, sink: number): () => string {
  let kept = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      writeSync(sink, chunk);
      kept = (kept + chunk.toString('latin1')).slice(-KEPT_CHARACTERS);
    });
  }
  return () => kept;
}

function notReady(world: World, { budget, baseline }: Launch['request'], because: string): AssertionReport {
  return reportNothing(world, assertNothing(budget, baseline, because));
}
