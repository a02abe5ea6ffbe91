import type { Command } from 'commander';
import { FINDING_IDS } from '../../core/diagnose/index.ts';
import { findEntry, findNearWord } from '../../core/explain/find-entry.ts';
import { type PageId, TOPICS } from '../../core/explain/glossary.ts';
import { renderPage } from '../../report/page.ts';
import { escapeText } from '../../report/text/escape.ts';
import { wrap } from '../../report/text/width.ts';
import type { ColorWhen, Context } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { colorOption } from '../flags/options.ts';

const EXAMPLES = `Examples:
  $ fdleak explain                    all pages, a line each
  $ fdleak explain orphaned-sockets   a finding
  $ fdleak explain CLOSE_WAIT         any word of an answer, in any case
  $ fdleak explain kubernetes         its limits, and how to look there
`;

interface Options {
  readonly color: ColorWhen;
}

/** `fdleak explain [word]`: prints what a word means and the page about it, or lists all pages. */
export function addExplain(program: Command, context: Context): void {
  program
    .command('explain')
    .summary('what a word of an answer means, and what to do')
    .description(
      'Explains a finding, verdict, state, kind, error or topic: what it means, how it arises, how to fix it.',
    )
    .argument('[word...]', 'omit it to list all pages')
    .addOption(colorOption())
    .addHelpText('before', EXAMPLES)
    .action(async (words: readonly string[], { color }: Options) => {
      if (words.length === 0) {
        for (const page of [...FINDING_IDS, ...TOPICS])
          context.print(`${page.padEnd(24)} ${summaryOf(context.page(page))}\n`);
        return;
      }
      const word = words.join(' ');
      const found = findEntry(word);
      if (found === null) {
        const near = findNearWord(word);
        const next = near === null ? 'Next: fdleak explain lists all pages.' : `Did you mean ${near}?`;
        context.fail(`no page about ${JSON.stringify(escapeText(word))}. ${next}`);
        context.exit(EXIT.usage);
        return;
      }
      const paint = await context.paint(color);
      if (found.says !== '') {
        const text = wrap(`${found.word}: ${found.says}`, Math.min(context.columns, 100)).join('\n');
        context.print(`${text.replace(found.word, paint.bold(found.word))}\n${found.page === null ? '' : '\n'}`);
      }
      if (found.page !== null) context.print(toPage(found.page, context, paint));
    });
}

/** For a terminal as it is read there; elsewhere as it is written. */
function toPage(page: PageId, context: Context, paint: Parameters<typeof renderPage>[1]['paint']): string {
  const text = context.page(page);
  return context.isTerminal ? renderPage(text, { paint, columns: context.columns }) : text;
}

/** The first paragraph of a page, below its title, as one line. */
function summaryOf(page: string): string {
  return (page.split('\n\n')[1] ?? '').replaceAll('\n', ' ');
}
