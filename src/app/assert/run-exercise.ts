import { formatDuration } from '../../core/parse/duration.ts';
import type { Limit } from '../../core/model/limits.ts';
import { startCommand } from './start-command.ts';
import { sayEnding } from './ending.ts';

export interface ExerciseCommand {
  /** A line for `sh -c`. */
  readonly line: string;
  readonly timeoutMs: number;
  readonly softLimit: Limit | null;
  /** Added to its environment, such as FDLEAK_PID. */
  readonly pid: number;
}

const PATIENCE_MS = 1000;
/** File descriptor of stderr: what commands print stays apart from our report on stdout. */
const STDERR = 2;

/**
 * Runs the line once by `sh -c`, with the pid of the observed process in `$1`; its output goes to stderr. What it leaves
 * running is ended. null when it ended with 0, else how it ended.
 */
export async function runExercise({ line, timeoutMs, softLimit, pid }: ExerciseCommand): Promise<string | null> {
  const started = startCommand(['/bin/sh', '-c', line, 'exercise', `${pid}`], softLimit, ['ignore', STDERR, STDERR]);
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, 'late');
  });
  const ending = await Promise.race([started.ended, deadline]);
  clearTimeout(timer);
  await started.stop(PATIENCE_MS);
  if (ending === 'late')
    return `still running after ${formatDuration(timeoutMs)}, so it was stopped (--exercise-timeout gives it longer)`;
  return ending.kind === 'exited' && ending.status === 0 ? null : sayEnding(ending);
}
