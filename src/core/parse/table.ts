import type { ParseFault, Table } from '../model/fault.ts';

const FOUND_LENGTH = 80;
const DECIMAL = /^\d+$/;

/** What a row reader gives back instead of a row that does not fit. */
export class Misfit {
  readonly field: string;
  readonly found: string;

  constructor(field: string, found: string) {
    this.field = field;
    this.found = found;
  }
}

/** Where in `source` (line 1 is the first) which field did not fit; `found` is cut to 80 characters. */
export function toFault(source: string, line: number, { field, found }: Misfit): ParseFault {
  return { source, line, field, found: found.slice(0, FOUND_LENGTH) };
}

export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}

export function isBlank(line: string): boolean {
  return line.trim() === '';
}

/** The blank-separated cells of one line: `  3 17  ` -> `['3', '17']`. */
export function toCells(line: string): readonly string[] {
  return line.trim().split(/\s+/);
}

/**
 * Reads every line after the header. One line that does not fit costs one row, not the table, and blank
 * lines are nothing: rows + faults = non-blank lines after the header.
 *
 * The kernel ends every line with a newline. Text after the last one was cut, so a number in it may be short
 * of digits: it is a fault even where it looks like a row.
 */
export function parseTable<Row extends object>(
  source: string,
  text: string,
  parseRow: (line: string) => Row | Misfit,
): Table<Row> {
  const rows: Row[] = [];
  const faults: ParseFault[] = [];
  const lines = text.split('\n');
  const cut = lines.length - 1;
  for (let index = 1; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (isBlank(line)) continue;
    const row = index === cut ? new Misfit('end of line', line) : parseRow(line);
    if (row instanceof Misfit) faults.push(toFault(source, index + 1, row));
    else rows.push(row);
  }
  return { rows, faults };
}
