import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { VERSION } from '../version.ts';
import { type Paint, PLAIN } from '../report/text/style.ts';
import type { ColorWhen, Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { letGoOfHungUp } from './terminal/hang-up.ts';
import { Progress } from './terminal/progress.ts';
import { toWorld } from '../machine.ts';

type AddCommand = (program: Command, context: Context) => void;

/** Each command is a module of its own, loaded when it is the one that was asked for: start-up time counts. */
const COMMANDS: ReadonlyMap<string, () => Promise<AddCommand>> = new Map([
  ['inspect', async () => (await import('./commands/inspect.ts')).addInspect],
  ['watch', async () => (await import('./commands/watch.ts')).addWatch],
  ['report', async () => (await import('./commands/report.ts')).addReport],
  ['assert', async () => (await import('./commands/assert.ts')).addAssert],
  ['diff', async () => (await import('./commands/diff.ts')).addDiff],
  ['limits', async () => (await import('./commands/limits.ts')).addLimits],
  ['demo', async () => (await import('./commands/demo.ts')).addDemo],
  ['proxy', async () => (await import('./commands/proxy.ts')).addProxy],
  ['explain', async () => (await import('./commands/explain.ts')).addExplain],
]);

const EXAMPLES = `
Examples:
  $ fdleak inspect 4242                 which descriptors leak, and why
  $ fdleak inspect 4242 --settle 5s     two looks 5 s apart: orphans become certain
  $ fdleak assert 4242 --max orphaned=0   fail in CI when it leaks
  $ fdleak limits 4242 --raise 8192     buy time tonight
  $ fdleak explain orphaned-sockets     what a finding means

Exit status: 0 nothing found, 1 a finding, 2 usage, 3 could not observe or decide.`;

const WIDTH_UNKNOWN = 100;

/** Runs the command line `argv` (without node and script) and answers the exit status. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  if (process.platform !== 'linux') {
    process.stderr.write(`fdleak: it reads the /proc of Linux; this is ${process.platform}\n`);
    return EXIT.cannotTell;
  }
  let status: ExitCode = EXIT.clean;
  const context = toContext((code) => {
    status = code;
  });
  const program = new Command('fdleak')
    .description('Diagnoses file-descriptor leaks of running processes.')
    .version(VERSION, '-V, --version')
    .addHelpText('after', EXAMPLES)
    .enablePositionalOptions()
    .exitOverride();
  try {
    for (const add of await loadCommands(argv)) add(program, context);
    await program.parseAsync(argv, { from: 'user' });
    await written(process.stdout);
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.usage;
    process.stderr.write(`fdleak: this is a bug of fdleak: ${error instanceof Error ? error.stack : String(error)}\n`);
    return EXIT.bug;
  }
}

/** Waits until everything is written, or was found not to be. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

async function loadCommands(argv: readonly string[]): Promise<AddCommand[]> {
  const load = COMMANDS.get(argv[0] ?? '');
  return Promise.all(load === undefined ? [...COMMANDS.values()].map((one) => one()) : [load()]);
}

function toContext(exit: (code: ExitCode) => void): Context {
  const { stdout, stderr } = process;
  stdout.on('error', endUnwritten);
  stderr.on('error', () => undefined);
  const progress = new Progress(stderr);
  return {
    world: toWorld(),
    get columns() {
      // A terminal that does not know its width says 0; its window may be resized while a watch runs.
      return stdout.columns > 0 ? stdout.columns : WIDTH_UNKNOWN;
    },
    isTerminal: stdout.isTTY,
    paint: loadPaint,
    page: (id) => readFileSync(new URL(`../../docs/findings/${id}.md`, import.meta.url), 'utf8'),
    print: (text) => {
      stdout.write(text);
    },
    fail: (message) => {
      progress.end();
      stderr.write(`fdleak: ${message}\n`);
    },
    progress: (what) => progress.say(what),
    endProgress: () => progress.end(),
    command: [process.execPath, process.argv[1] ?? ''],
    interrupted,
    exit,
  };
}

/** chalk is loaded only where there is something to colour. */
async function loadPaint(when: ColorWhen): Promise<Paint> {
  const isWanted =
    when === 'always' || (when === 'auto' && process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '');
  if (!isWanted) return PLAIN;
  const { Chalk } = await import('chalk');
  return new Chalk({ level: 1 });
}

function interrupted(): AbortSignal {
  const controller = new AbortController();
  interruptions.push(controller);
  letGoOfHungUp();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // Not `once`: execa, while a tool runs, takes a signal that nobody listens to any more for one to die of.
    process.on(name, () => {
      // A terminal that hangs up says so several times: its driver, the shell, and the driver again when that has ended.
      if (controller.signal.aborted && name !== 'SIGHUP') process.exit(EXIT.interrupted);
      controller.abort();
    });
  }
  return controller.signal;
}

const interruptions: AbortController[] = [];

/**
 * A reader that has seen enough (`| head`) is no error, nor is a terminal that hung up (EIO): what runs comes to its end, and its
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
