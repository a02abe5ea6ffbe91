import CliTable from 'cli-table3';
import { measureWidth } from './width.ts';

type Align = 'left' | 'right';

/** Narrower than this, text is unreadable: the line becomes longer than the terminal instead. */
const LEAST_ROOM = 10;

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
} as const;

/**
 * Aligns cells in columns without borders, two blanks apart, each line indented by two. Cells are painted and wrapped already:
 * `\n` starts a new line. For short tables: cli-table3 takes 0.28 ms a row.
 */
export function* renderGrid(rows: readonly (readonly string[])[], aligns: readonly Align[]): Generator<string> {
  if (rows.length === 0) return;
  const table = new CliTable({
    chars: NO_BORDERS,
    colAligns: [...aligns],
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  for (const row of rows) table.push([...row]);
  for (const line of table.toString().split('\n')) yield `  ${line.trimEnd()}\n`;
}

/** Columns that are left for one more cell beside cells without colours and line ends. */
export function measureRoom(rows: readonly (readonly string[])[], columns: number): number {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, measureWidth(cell));
  }
  return Math.max(LEAST_ROOM, columns - 2 - widths.reduce((sum, width) => sum + width + 2, 0));
}
