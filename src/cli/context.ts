import type { PageId } from '../core/explain/glossary.ts';
import type { World } from '../app/world.ts';
import type { Paint } from '../report/text/style.ts';
import type { ExitCode } from './exit-code.ts';

/** Everything a command may touch; `main` builds it, tests build their own. */
export interface Context {
  readonly world: World;
  /** Columns of the terminal, 100 where stdout is none. */
  readonly columns: number;
  /** Whether stdout is a terminal. */
  readonly isTerminal: boolean;
  /** Whether a screen can be drawn there again and again. */
  readonly canRedraw: boolean;
  /** The colours that `--color`, NO_COLOR and the terminal allow. */
  readonly paint: (when: ColorWhen) => Promise<Paint>;
  /** The page of a finding or topic, from docs. */
  readonly page: (id: PageId) => string;
  /** The shell script that captures a process where there is no Node, from bin/. */
  readonly captureScript: () => string;
  /** A file of uPlot, which draws the charts of a page, as it is published. */
  readonly chartFile: (name: string) => string;
  /** Writes to stdout; `json` is what `toJsonText` has made harmless, and is not gone through again. */
  readonly print: (text: string, kind?: 'text' | 'json') => void;
  /** Settles when what was printed has been taken: a long document is not to wait in memory for a slow reader. */
  readonly written: () => Promise<void>;
  /** Writes one line to stderr, after `fdleak: `. */
  readonly fail: (message: string) => void;
  /** Says on stderr, where that is a terminal, what is being waited for; shown after half a second. */
  readonly progress: (what: string) => void;
  /** The same, and a line on stderr where that is not a terminal. */
  readonly announce: (what: string) => void;
  /** Asks a person at the terminal; null where there is none. */
  readonly confirm: (question: string) => Promise<boolean | null>;
  /** Takes the progress line away. */
  readonly endProgress: () => void;
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP from now on; a second SIGINT or SIGTERM ends the process. */
  readonly interrupted: () => AbortSignal;
  /** Sets the exit status; the process ends when its work has. */
  readonly exit: (code: ExitCode) => void;
}

export const COLOR_WHEN = ['auto', 'always', 'never'] as const;

export type ColorWhen = (typeof COLOR_WHEN)[number];
