import type { ParseFault, Table } from '../model/fault.ts';
import { isBlank, Misfit, toFault } from './table.ts';

/**
 * Reads every line of what a tool printed; null stands for a heading. A million lines make no array of lines.
 *
 * Tools end every line with a newline. Text after the last one was cut, so a number in it may be short of
 * digits: it is a fault even where it looks like a row.
 */
export function parseLines<Row extends object>(
  source: string,
  text: string,
  parseRow: (line: string) => Row | Misfit | null,
): Table<Row> {
  const rows: Row[] = [];
  const faults: ParseFault[] = [];
  let number = 0;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const line = text.slice(start, newline === -1 ? text.length : newline);
    start += line.length + 1;
    number += 1;
    if (isBlank(line)) continue;
    const row = newline === -1 ? new Misfit('end of line', line) : parseRow(line);
    if (row instanceof Misfit) faults.push(toFault(source, number, row));
    else if (row !== null) rows.push(row);
  }
  return { rows, faults };
}
