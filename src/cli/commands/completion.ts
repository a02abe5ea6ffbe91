import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { type Completion, listHistories, listPids, listUnits } from '../../app/list-candidates.ts';
import { ALL_WORDS } from '../../core/explain/find-entry.ts';
import { escapeText } from '../../report/text/escape.ts';
import type { Context } from '../context.ts';

type Tell = (value: string, about: string) => void;
type List = () => readonly Completion[];

const EXAMPLES = `Examples:
  $ source <(fdleak completion bash)                        in this shell
  $ fdleak completion bash > /etc/bash_completion.d/fdleak  in every bash
  $ fdleak completion zsh > "\${fpath[1]}/_fdleak"
  $ fdleak completion fish > ~/.config/fish/completions/fdleak.fish

bash needs the package bash-completion.
`;

/** The adapter also knows PowerShell, which is not tested here. */
const SHELLS = ['bash', 'zsh', 'fish'];

/**
 * `fdleak completion <shell>` prints the script of a shell; that script asks `fdleak complete -- WORDS…` at each TAB. The adapter reads
 * commands and options from commander; processes, units, histories and words are ours.
 */
export function addCompletion(program: Command, context: Context): void {
  const root = tab(program, { completionCommandName: 'completion' });
  const command = program.commands.find((one) => one.name() === 'completion');
  for (const argument of command?.registeredArguments ?? []) {
    argument.description = 'the shell that reads it';
    argument.choices(SHELLS);
  }
  command
    ?.summary('completion for bash, zsh and fish')
    .description('Prints the script that completes commands, options, processes and units in a shell.')
    .addHelpText('before', EXAMPLES)
    .action((shell: string) => {
      context.print(toScript(catchPrinted(() => root.setup('fdleak', 'fdleak', shell))));
    });
  program.commands
    .find((one) => one.name() === 'complete')
    ?.action((words: string[]) => context.print(catchPrinted(() => root.parse(words))));
  const pids = () => listPids(context.world);
  const units = () => listUnits(context.world);
  const histories = () => listHistories(process.env);
  const words = () => ALL_WORDS.filter((word) => !word.includes(' ')).map((value) => ({ value, about: '' }));
  const byArgument: Readonly<Record<string, List>> = { pid: pids, target: pids, history: histories, word: words };
  const byOption: Readonly<Record<string, List>> = { unit: units };
  for (const { arguments: given, options } of root.commands.values()) {
    for (const [name, one] of given) {
      const list = byArgument[name];
      if (list !== undefined) one.handler = (tell) => tellAll(tell, list);
    }
    for (const [name, one] of options) {
      const list = byOption[name];
      if (list !== undefined) one.handler = (tell) => tellAll(tell, list);
    }
  }
}

/** What the adapter prints: a line at a time by console.log, of which the end of the process would lose those that wait. */
function catchPrinted(print: () => void): string {
  const printed: string[] = [];
  const { log } = console;
  console.log = (text: string): void => void printed.push(text);
  try {
    print();
  } finally {
    console.log = log;
  }
  return `${printed.join('\n')}\n`;
}

/** The script of the adapter, but that in bash it has the typed line evaluated: a `$(…)` on it would run at a TAB. */
function toScript(printed: string): string {
  return printed.replace(EVALUATED, ASKED);
}

const EVALUATED = / *requestComp="fdleak complete[\s\S]*?out=\$\(eval [^\n]*\n/;
const ASKED = '    out=$(fdleak complete -- "$${words[@]:1}" 2>/dev/null)\n';

/** The name of a process is a stranger's text: it must not move the cursor of the shell that lists it. */
function tellAll(tell: Tell, list: List): void {
  for (const { value, about } of list()) tell(escapeText(value), escapeText(about));
}
