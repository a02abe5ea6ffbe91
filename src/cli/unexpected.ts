import { guardOutput } from '../report/text/guard.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { describeShortage } from './shortage.ts';

/** Says what ended the run, and answers its status: what is short where we run, or a bug with its stack. */
export function sayUnexpected(error: unknown): ExitCode {
  const shortage = describeShortage(error);
  const text = error instanceof Error ? error.stack : String(error);
  const line = shortage === null ? `internal error, please report it: ${text}` : `cannot go on here: ${shortage}`;
  process.stderr.write(guardOutput(`fdleak: ${line}\n`, false));
  return shortage === null ? EXIT.bug : EXIT.cannotTell;
}

/** From then on what is thrown where nothing waits for it, in a timer or at an event, ends the run in the same way. */
export function endAtUnexpected(): void {
  const end = (error: unknown): void => process.exit(sayUnexpected(error));
  process.on('uncaughtException', end);
  // Node makes the exception above of it, Bun does not.
  process.on('unhandledRejection', end);
}
