import { type Command, Argument } from 'commander';
import { FINDING_IDS, type FindingId } from '../../core/diagnose/index.ts';
import type { Context } from '../context.ts';

/** `fdleak explain [finding]`: prints the page of a finding, or lists them all. */
export function addExplain(program: Command, context: Context): void {
  program
    .command('explain')
    .summary('what a finding means, and how to fix it')
    .description('Explains a finding: what it means, how it arises, how to fix it.')
    .addArgument(new Argument('[finding]', 'omit it to list them all').choices(FINDING_IDS))
    .addHelpText(
      'before',
      'Examples:\n  $ fdleak explain                    all of them, a line each\n  $ fdleak explain orphaned-sockets\n',
    )
    .action((id: FindingId | undefined) => {
      if (id === undefined)
        for (const one of FINDING_IDS) context.print(`${one.padEnd(24)} ${summaryOf(context.page(one))}\n`);
      else context.print(context.page(id));
    });
}

/** The first paragraph of a page, below its title, as one line. */
function summaryOf(page: string): string {
  return (page.split('\n\n')[1] ?? '').replaceAll('\n', ' ');
}
