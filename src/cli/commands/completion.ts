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

/**
 * `fdleak completion <shell>` prints the script of a shell; that script asks `fdleak complete -- WORDS…` at each TAB. The adapter reads
 * commands and options from commander; processes, units, histories and words are ours.
 */
export function addCompletion(program: Command, context: Context): void {
  const root = tab(program, { completionCommandName: 'completion' });
  program.commands
    .find((command) => command.name() === 'completion')
    ?.summary('completion for bash, zsh and fish')
    .description('Prints the script that completes commands, options, processes and units in a shell.')
    .addHelpText('before', EXAMPLES);
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

/** The name of a process is a stranger's text: it must not move the cursor of the shell that lists it. */
function tellAll(tell: Tell, list: List): void {
  for (const { value, about } of list()) tell(escapeText(value), escapeText(about));
}
