import { Command } from 'commander';
import { findNearest } from '../core/budget/nearest.ts';
import { VERSION } from '../version.ts';
import type { Context } from './context.ts';

/** The runtime inside the single file; undefined under Node. */
const BUN = process.versions['bun'];

export type AddCommand = (program: Command, context: Context) => void;

interface Entry {
  /** The heading in `fdleak --help`. */
  readonly group: string;
  readonly load: () => Promise<AddCommand>;
}

/** A new command is a file and a line here. Each is loaded only when asked for: start-up time counts. */
export const COMMANDS: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  ['scan', { group: 'Look:', load: async () => (await import('./commands/scan.ts')).addScan }],
  ['inspect', { group: 'Look:', load: async () => (await import('./commands/inspect.ts')).addInspect }],
  ['capture', { group: 'Look:', load: async () => (await import('./commands/capture.ts')).addCapture }],
  ['watch', { group: 'Look:', load: async () => (await import('./commands/watch.ts')).addWatch }],
  ['report', { group: 'Look:', load: async () => (await import('./commands/report.ts')).addReport }],
  ['trace', { group: 'Look:', load: async () => (await import('./commands/trace.ts')).addTrace }],
  ['limits', { group: 'Look:', load: async () => (await import('./commands/limits.ts')).addLimits }],
  ['serve', { group: 'Look:', load: async () => (await import('./commands/serve.ts')).addServe }],
  ['assert', { group: 'In CI:', load: async () => (await import('./commands/assert.ts')).addAssert }],
  ['diff', { group: 'In CI:', load: async () => (await import('./commands/diff.ts')).addDiff }],
  ['explain', { group: 'Learn:', load: async () => (await import('./commands/explain.ts')).addExplain }],
  ['demo', { group: 'Learn:', load: async () => (await import('./commands/demo.ts')).addDemo }],
  ['proxy', { group: 'Learn:', load: async () => (await import('./commands/proxy.ts')).addProxy }],
  // Last: it reads the commands before it.
  ['completion', { group: 'Learn:', load: async () => (await import('./commands/completion.ts')).addCompletion }],
]);

const EXAMPLES = `Examples:
  $ sudo fdleak                           this host: who leaks, what, where
  $ fdleak inspect 4242                   what is open, what leaks, why
  $ sudo fdleak inspect --port 8080       the process that listens there
  $ fdleak watch 4242                     what grows, and when it hits the limit
  $ fdleak assert 4242 --max orphaned=0   fail when it leaks: for CI
  $ fdleak limits 4242 --raise 8192       buy time tonight
  $ fdleak explain orphaned-sockets       what a finding means
`;

const EXIT_STATUS = `
fdleak help <command> has examples. Exit status: 0 nothing found, 1 a finding,
2 usage, 3 could not observe or decide.`;

/** `fdleak` alone on a terminal is a scan of this host, `fdleak 4242` an inspection. */
export function toCommandLine(argv: readonly string[], isTerminal: boolean): readonly string[] {
  const [first] = argv;
  if (first === undefined) return isTerminal ? ['scan'] : argv;
  return /^[1-9]\d*$/.test(first) ? ['inspect', ...argv] : argv;
}

/** For the version alone, no command need be loaded. */
function isVersion([first]: readonly string[]): boolean {
  return first === '-V' || first === '--version';
}

/** The commands that `argv` needs. At a TAB, `complete -- inspect --se`, that is the one on the line: a TAB is waited for. */
function toWanted(argv: readonly string[]): Iterable<Entry> {
  const [first, dashes, typed] = argv;
  const asked = COMMANDS.get(first ?? '');
  if (asked !== undefined) return [asked];
  if (isVersion(argv)) return [];
  const [on, completion] = [COMMANDS.get(typed ?? ''), COMMANDS.get('completion')];
  const isOneEnough = first === 'complete' && dashes === '--' && argv.length > 3;
  return isOneEnough && on !== undefined && on !== completion && completion !== undefined
    ? [on, completion]
    : COMMANDS.values();
}

/** The whole command line, or only the command that `argv` names: the others need not be loaded to run it. */
export async function toProgram(argv: readonly string[], context: Context): Promise<Command> {
  const program = new Command('fdleak')
    .description('Finds file-descriptor leaks in running processes.')
    .version(BUN === undefined ? VERSION : `${VERSION} (single file, Bun ${BUN})`, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', EXIT_STATUS)
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => context.print(text),
      outputError: (message, write) => write(toRefusal(message)),
    })
    .showHelpAfterError('Next: fdleak --help')
    .exitOverride();
  for (const { group, load } of toWanted(argv)) {
    program.commandsGroup(group);
    (await load())(program, context);
  }
  for (const command of program.commands) command.showHelpAfterError(`Next: fdleak help ${command.name()}`);
  program.commandsGroup('Learn:');
  addHelp(program);
  return program;
}

/**
 * What commander says of a wrong line, as this tool says it: `pid 'nginx' is invalid. …` where commander says
 * `command-argument value 'nginx' is invalid for argument 'pid'. …`. A name in the place of a pid, or of a command, may be that of a process.
 */
export function toRefusal(message: string): string {
  const [, notPid] =
    /^error: command-argument value '([A-Za-z_][\w.-]*)' is invalid for argument 'pid'/.exec(message) ?? [];
  const [, notCommand] = /^error: unknown command '([\w.-]+)'\s*$/.exec(message) ?? [];
  const next = notPid === undefined ? notCommand && `fdleak inspect --name ${notCommand}` : `--name ${notPid}`;
  const text = message
    .replace(/^error: command-argument value ('.*') is invalid for argument '(\w+)'/, 'error: $2 $1 is invalid')
    .replace(/^error: /, 'fdleak: ');
  return next === undefined ? text : `${text.trimEnd()}\nFor a process of that name: ${next}\n`;
}

/** `fdleak help [command]`. Commander's own answers an unknown command with the help of all, and status 0. */
function addHelp(program: Command): void {
  program
    .command('help')
    .summary('print help for a command')
    .argument('[command]', 'without it: the list of commands')
    .action((name: string | undefined) => {
      const command = name === undefined ? program : program.commands.find((one) => one.name() === name);
      if (command !== undefined) command.help();
      const nearest = findNearest(name ?? '', [...COMMANDS.keys()]);
      program.error(`fdleak: unknown command '${name}'${nearest === null ? '' : `\n(Did you mean ${nearest}?)`}`);
    });
}
