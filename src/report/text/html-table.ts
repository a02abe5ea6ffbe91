import { escapeHtml } from './html-escape.ts';

/** Columns of numbers. */
const NUMERIC = new Set(['open', 'opened', 'closed', 'survivors', 'per hour', 'lowest', 'highest', 'fd', 'count']);

/** A table of a page; `classes` are those of its rows. */
export function* renderHtmlTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  classes: readonly string[] = [],
): Generator<string> {
  const classOf = (column: number): string => (NUMERIC.has(heads[column] ?? '') ? ' class="n"' : '');
  yield `<div class="scroll"><table><thead><tr>${heads.map((head, i) => `<th scope="col"${classOf(i)}>${head}</th>`).join('')}</tr></thead><tbody>\n`;
  for (const [index, row] of rows.entries()) {
    const cells = row.map((cell, i) => `<td${classOf(i)}>${escapeHtml(cell)}</td>`).join('');
    yield `<tr${classes[index] === undefined ? '' : ` class="${classes[index]}"`}>${cells}</tr>\n`;
  }
  yield '</tbody></table></div>\n';
}
