import type { ChalkInstance } from 'chalk';
import type { World } from '../app/world.ts';
import type { ExitCode } from './exit-code.ts';

/** Everything a command may touch; `main` builds it, tests build their own. */
export interface Context {
  readonly world: World;
  readonly chalk: ChalkInstance;
  /** Columns of the terminal, 100 where the output is no terminal. */
  readonly columns: number;
  readonly isTerminal: boolean;
  /** Writes to stdout. */
  print(text: string): void;
  /** Writes one line to stderr, after `fdleak: `. */
  fail(message: string): void;
  /** Sets the exit status; the process ends when its work has. */
  exit(code: ExitCode): void;
}
