import type { Paint, Style } from './style.ts';
import { cutToWidth, measureWidth } from './width.ts';

/** One process, or a group of them, in a table of many. Everything is escaped. */
export interface ProcessRow {
  readonly word: string;
  readonly colour: keyof Paint;
  readonly use: string;
  readonly percent: string;
  readonly what: string;
  readonly id: string;
  readonly name: string;
}

const LEAST_WHAT = 16;
const MOST_NAME = 24;

/** One process a line: the answer, how full the table is, what it holds most of, and who it is. Cut to the width of a terminal only. */
export function* renderProcessRows(
  rows: readonly ProcessRow[],
  [idHead, nameHead]: readonly [string, string],
  { paint, columns, isTerminal }: Pick<Style, 'paint' | 'columns' | 'isTerminal'>,
): Generator<string> {
  const widest = (head: string, of: (row: ProcessRow) => string): number =>
    rows.reduce((most, row) => Math.max(most, measureWidth(of(row))), head.length);
  const word = widest('SUSPECT', (row) => row.word);
  const use = widest('OPEN/LIMIT', (row) => row.use);
  const id = widest(idHead, (row) => row.id);
  const name = Math.min(
    MOST_NAME,
    widest(nameHead, (row) => row.name),
  );
  // Ten blanks between the columns, three digits of a share.
  const fixed = word + use + id + name + 13;
  const what = isTerminal ? Math.max(LEAST_WHAT, columns - fixed) : widest('WHAT', (row) => row.what);
  const head = `${' '.repeat(word)}  ${'OPEN/LIMIT'.padStart(use)}  ${'%'.padStart(3)}  ${'WHAT'.padEnd(what)}  ${idHead.padStart(id)}  ${nameHead}`;
  yield `${paint.dim(head)}\n`;
  for (const row of rows) {
    const shown = isTerminal ? cutToWidth(row.what, what) : row.what;
    const padded = shown + ' '.repeat(Math.max(0, what - measureWidth(shown)));
    const answer = paint[row.colour](row.word.padEnd(word));
    const named = isTerminal ? cutToWidth(row.name, name) : row.name;
    yield `${answer}  ${row.use.padStart(use)}  ${row.percent.padStart(3)}  ${padded}  ${row.id.padStart(id)}  ${named}\n`;
  }
}
