import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { ASK_SOCKETS, COPY_HISTORY } from '../collect/helper-words.ts';
import { isSecureStart } from '../collect/secure-start.ts';
import { guardOutput } from '../report/text/guard.ts';
import { type Paint, PLAIN } from '../report/text/style.ts';
import type { ColorWhen, Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { toCommandLine, toProgram } from './program.ts';
import { isUnderNohup, letGoOfHungUp } from './terminal/hang-up.ts';
import { toTerminalText } from './terminal/locale.ts';
import { Progress } from './terminal/progress.ts';
import { endAtUnexpected, sayUnexpected } from './unexpected.ts';
import { toWorld } from '../machine.ts';

const WIDTH_UNKNOWN = 100;

/** What only the file that was started knows: how to start it again, and the pages it came with. */
export interface Installed {
  readonly self: readonly string[];
  /** The text of `docs/findings/<id>.md`. */
  readonly page: (id: string) => string;
  /** The text of `bin/capture.sh`. */
  readonly captureScript: () => string;
  /** The text of `uplot/dist/<name>`. */
  readonly chartFile: (name: string) => string;
}

/** Runs the command line `argv` (without node and script) and answers the exit status. */
export async function main(argv: readonly string[], installed: Installed): Promise<ExitCode> {
  endAtUnexpected();
  if (process.platform !== 'linux') {
    process.stderr.write(`fdleak: needs Linux (/proc); this is ${process.platform}\n`);
    return EXIT.cannotTell;
  }
  if (process.versions['bun'] !== undefined && isSecureStart()) {
    process.stderr.write(
      'fdleak: refuses to run as a setuid file or with capabilities of the file: any user could have Bun run his code with them. Next: sudo, or ambient capabilities\n',
    );
    return EXIT.cannotTell;
  }
  if (argv[0] === ASK_SOCKETS) return await askSockets(installed);
  if (argv[0] === COPY_HISTORY) return await copyHistory();
  let status: ExitCode = EXIT.clean;
  const context = toContext(installed, (code) => {
    status = code;
  });
  try {
    const line = toCommandLine(argv, context.isTerminal);
    const program = await toProgram(line, context);
    await program.parseAsync([...line], { from: 'user' });
    await lastWritten;
    return status;
  } catch (error) {
    // For help and the version too.
    await lastWritten;
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.usage;
    return sayUnexpected(error);
  }
}

/** As the helper of a look at a process that could make us wait for ever. */
async function askSockets({ self }: Installed): Promise<ExitCode> {
  const { answerPatients } = await import('../collect/remote-autopsy.ts');
  const world = toWorld(self);
  const load = world.kernelCalls();
  if (load.kind !== 'loaded') return EXIT.cannotTell;
  answerPatients(load.calls, () => world.clock.monotonicMs());
  return EXIT.clean;
}

/** As the helper of a report on a file whose server may never answer. */
async function copyHistory(): Promise<ExitCode> {
  const { obeyCopyOrder } = await import('../store/foreign-copy.ts');
  await write(obeyCopyOrder(readFileSync(0, 'utf8')));
  return EXIT.clean;
}

/**
 * Settles when it is written, or was found not to be. A pipe takes 64 KiB, and the single file writes the rest later: to end before that
 * loses it.
 */
function write(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text, (error) => {
      // The single file says it here first, and of a file only afterwards to those who listen.
      if (error) endUnwritten(error);
      resolve();
    });
  });
}

/** What was printed last. */
let lastWritten: Promise<void> = Promise.resolve();

function toContext({ self, page, captureScript, chartFile }: Installed, exit: (code: ExitCode) => void): Context {
  const { stdout, stderr } = process;
  stdout.on('error', endUnwritten);
  stderr.on('error', () => undefined);
  const progress = new Progress(stderr, isDumb());
  let hasColours = false;
  return {
    world: toWorld(self),
    get columns() {
      // A terminal that does not know its width says 0; its window may be resized while a watch runs.
      const asked = Number(process.env['COLUMNS']);
      return stdout.columns > 0 ? stdout.columns : asked > 0 ? asked : WIDTH_UNKNOWN;
    },
    isTerminal: stdout.isTTY,
    canRedraw: stdout.isTTY && !isDumb(),
    paint: async (when) => {
      const paint = await loadPaint(when);
      hasColours ||= paint !== PLAIN;
      return paint;
    },
    page,
    captureScript,
    chartFile,
    print: (text, kind = 'text') => {
      const guarded = kind === 'json' ? text : guardOutput(text, hasColours);
      lastWritten = write(stdout.isTTY ? toTerminalText(guarded) : guarded);
    },
    written: () => lastWritten,
    fail: (message) => {
      progress.end();
      stderr.write(guardOutput(`fdleak: ${message}\n`, false));
    },
    progress: (what) => progress.say(what),
    announce: (what) => progress.announce(what),
    endProgress: () => progress.end(),
    confirm,
    interrupted,
    exit,
  };
}

/** A terminal without colours, whose cursor cannot go back: that of Emacs. @see term(7) */
function isDumb(): boolean {
  return process.env['TERM'] === 'dumb';
}

/** chalk is loaded only where there is something to colour. */
async function loadPaint(when: ColorWhen): Promise<Paint> {
  const isWanted =
    when === 'always' ||
    (when === 'auto' && process.stdout.isTTY && !isDumb() && (process.env['NO_COLOR'] ?? '') === '');
  if (!isWanted) return PLAIN;
  const { Chalk } = await import('chalk');
  return new Chalk({ level: 1 });
}

/** Anything but yes is no. */
async function confirm(question: string): Promise<boolean | null> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !stderr.isTTY) return null;
  const { createInterface } = await import('node:readline/promises');
  const asking = createInterface({ input: stdin, output: stderr });
  try {
    return /^y(?:es)?$/i.test((await asking.question(`${question} [y/N] `)).trim());
  } catch {
    // Ctrl-C or Ctrl-D, and the cursor is still behind the question.
    stderr.write('\n');
    return false;
  } finally {
    asking.close();
  }
}

function interrupted(): AbortSignal {
  const controller = new AbortController();
  interruptions.push(controller);
  letGoOfHungUp();
  const outlives = isUnderNohup();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // Not `once`: execa, while a tool runs, takes a signal that nobody listens to any more for one to die of.
    process.on(name, () => {
      if (outlives && name === 'SIGHUP') return;
      // A terminal that hangs up says so several times: its driver, the shell, and the driver again when that has ended.
      if (controller.signal.aborted && name !== 'SIGHUP') process.exit(EXIT.interrupted);
      controller.abort();
    });
  }
  return controller.signal;
}

const interruptions: AbortController[] = [];

/**
 * A reader that has seen enough (`| head`) is not an error, nor is a terminal that hung up (EIO): what runs comes to its end, and its
 * status tells what was found. A full disk is an error, and no finding.
 */
function endUnwritten(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE' || (error.code === 'EIO' && process.stdout.isTTY)) {
    for (const one of interruptions) one.abort();
    return;
  }
  process.stderr.write(`fdleak: the result could not be written: ${error.message}\n`);
  process.exit(EXIT.cannotTell);
}
