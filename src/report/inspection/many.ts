import type { Inspection } from '../../core/model/inspection.ts';
import { formatNumber } from '../../core/words/numbers.ts';
import { escapeText } from '../text/escape.ts';
import type { Paint, Style } from '../text/style.ts';
import { cutToWidth, measureWidth } from '../text/width.ts';
import { concludeFrom, type Conclusion } from './conclusion.ts';
import { sayWhere } from './place-words.ts';
import { sayName } from './process-words.ts';

export const COLOURS = {
  LEAK: 'red',
  FULL: 'red',
  SUSPECT: 'yellow',
  'CANNOT TELL': 'yellow',
  OK: 'green',
} as const satisfies Record<Conclusion['word'], keyof Paint>;

const LEAST_WHAT = 20;

/** Several processes, one a line: the answer, how full the table is, what it holds most of, and who it is. */
export function* renderMany(inspections: readonly Inspection[], { paint, columns }: Style): Generator<string> {
  const rows = inspections.map((inspection) => {
    const { word } = concludeFrom(inspection);
    const { open, soft, utilization } = inspection.limits;
    return {
      word,
      use: `${open ?? '?'}/${soft ?? '?'}`,
      percent: utilization === null ? '?' : `${Math.floor(utilization * 100)}`,
      what: sayMost(inspection),
      pid: `${inspection.process.pid}`,
      name: sayName(inspection.process),
    };
  });
  const width = (of: (row: (typeof rows)[number]) => string, least: number): number =>
    rows.reduce((widest, row) => Math.max(widest, measureWidth(of(row))), least);
  const [word, use, pid, name] = [
    width((row) => row.word, 7),
    width((row) => row.use, 10),
    width((row) => row.pid, 5),
    Math.min(
      24,
      width((row) => row.name, 7),
    ),
  ];
  const what = Math.max(LEAST_WHAT, columns - word - use - pid - name - 4 - 10);
  yield `${paint.dim(`${' '.repeat(word)}  ${'OPEN/LIMIT'.padStart(use)}  ${'%'.padStart(3)}  ${'WHAT'.padEnd(what)}  ${'PID'.padStart(pid)}  PROCESS`)}\n`;
  for (const row of rows) {
    const shown = cutToWidth(row.what, what);
    const padded = shown + ' '.repeat(Math.max(0, what - measureWidth(shown)));
    const answer = paint[COLOURS[row.word]](row.word.padEnd(word));
    yield `${answer}  ${row.use.padStart(use)}  ${row.percent.padStart(3)}  ${padded}  ${row.pid.padStart(pid)}  ${cutToWidth(row.name, name)}\n`;
  }
}

/** The weightiest place that tells something: `826 dead tcp accepted on :47101`. */
function sayMost({ places, descriptors }: Inspection): string {
  if (descriptors.length === 0) return '-';
  const place =
    places.find(({ leak }) => leak !== 'no') ?? places.find(({ what }) => what !== 'event loop') ?? places[0];
  if (place === undefined) return '-';
  return `${formatNumber(place.count)} ${escapeText(place.what)} ${sayWhere(place)}`.trim();
}
