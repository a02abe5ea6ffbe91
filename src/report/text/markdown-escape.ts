/**
 * A name as a code span, so that nothing in it is markup, a mention or a link: the fence is longer than any run of backquotes
 * within. The text has been through escapeText already.
 *
 * @see GitHub Flavored Markdown, 6.3 code spans
 */
export function toCodeSpan(escaped: string): string {
  const longest = Math.max(0, ...(escaped.match(/`+/g) ?? []).map((run) => run.length));
  const ticks = '`'.repeat(longest + 1);
  const blank = longest > 0 || escaped === '' ? ' ' : '';
  return `${ticks}${blank}${escaped}${blank}${ticks}`;
}

/**
 * Sentences of ours that may quote foreign names, through escapeText already: what stands in backquotes stays code, everything
 * else that is markup or HTML is escaped, and `@name` becomes code, because it would call a person.
 */
export function toProse(escaped: string): string {
  return escaped
    .split(/((?<!`)`[^`]+`(?!`))/)
    .map((part, at) => (at % 2 === 1 ? part : escapeMarkup(part)))
    .join('');
}

/** A row of a table: a `|` within a cell would end it, even within code. @see GitHub Flavored Markdown, 4.10 tables */
export function toRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |\n`;
}

function escapeMarkup(text: string): string {
  return text
    .split(/(@[\w./-]+)/)
    .map((part, at) => (at % 2 === 1 ? toCodeSpan(part) : part.replace(/[\\`*_{}[\]<>#~$]/g, String.raw`\$&`)))
    .join('');
}
