import type { Paint, TextStyle } from './text/style.ts';
import { measureWidth, wrap } from './text/width.ts';

/** A page of docs for a terminal: headings, commands and tables are shown, not marked, and paragraphs fit its width. */
export function renderPage(markdown: string, { paint, columns }: TextStyle): string {
  const width = Math.min(columns, 100);
  return `${markdown
    .trimEnd()
    .split(/\n{2,}/)
    .map((block) => renderBlock(block, paint, width))
    .join('\n\n')}\n`;
}

function renderBlock(block: string, paint: Paint, width: number): string {
  const [first = ''] = block.split('\n', 1);
  const [, marks, heading] = /^(#+) (.*)$/.exec(first) ?? [];
  if (marks !== undefined && heading !== undefined)
    return paint.bold(marks.length === 1 ? heading.toUpperCase() : heading);
  if (first.startsWith('    '))
    return block
      .split('\n')
      .map((line) => paint.cyan(line))
      .join('\n');
  if (first.startsWith('|')) return renderTable(block.split('\n'), paint, width);
  if (first.startsWith('* '))
    return toItems(block)
      .map((item) => renderItem(item, paint, width))
      .join('\n');
  return paintCode(wrap(block, width).join('\n'), paint);
}

/** `* one\n  more\n* two` -> `one more`, `two`. */
function toItems(block: string): string[] {
  return block.split(/\n(?=\* )/).map((item) => item.slice(2));
}

function renderItem(item: string, paint: Paint, width: number): string {
  const lines = wrap(item, width - 4).map((line, at) => `${at === 0 ? '  • ' : '    '}${line}`);
  return paintCode(lines.join('\n'), paint);
}

/** Columns side by side, the last of them wrapped; where there is no room for it, a row is its first cell and the rest below. */
function renderTable(lines: readonly string[], paint: Paint, width: number): string {
  const [head = [], ...rows] = lines.filter((line) => !/^\|[\s:|-]+\|$/.test(line)).map(toCells);
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => measureWidth(row[at] ?? ''))));
  const left = widths.slice(0, -1).reduce((sum, one) => sum + one + 2, 0);
  if (width - left < NARROWEST) return rows.map((row) => renderStacked(row, paint, width)).join('\n');
  const render = (row: readonly string[]): string => {
    const start = row.slice(0, -1).map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - measureWidth(cell) + 2));
    return start.join('') + wrap(row.at(-1) ?? '', width - left).join(`\n${' '.repeat(left)}`);
  };
  return [paint.bold(render(head)), ...rows.map((row) => paintCode(render(row), paint))].join('\n');
}

/** Of a last column. */
const NARROWEST = 24;

function renderStacked([first = '', ...rest]: readonly string[], paint: Paint, width: number): string {
  const below = rest.flatMap((cell) => wrap(cell, width - 4).map((line) => `    ${line}`));
  return [paint.bold(first), ...below.map((line) => paintCode(line, paint))].join('\n');
}

/** `| a | b \| c |` -> `a`, `b | c`. */
function toCells(line: string): string[] {
  return line
    .replace(/^\| ?/, '')
    .replace(/ ?\|$/, '')
    .split(/ *(?<!\\)\| */)
    .map((cell) => cell.replaceAll('\\|', '|').trim());
}

function paintCode(text: string, paint: Paint): string {
  return text.replaceAll(/`([^`]+)`/g, (_, code: string) => paint.cyan(code));
}
