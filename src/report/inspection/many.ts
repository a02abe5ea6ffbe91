import type { Inspection } from '../../core/model/inspection.ts';
import { formatNumber, orUnknown } from '../../core/words/numbers.ts';
import { escapeText } from '../text/escape.ts';
import type { Paint, Style } from '../text/style.ts';
import { type ProcessRow, renderProcessRows } from '../text/process-rows.ts';
import { toHeadline, type Headline } from './headline.ts';
import { sayWhere } from './place-words.ts';
import { sayName } from './process-name.ts';

export const COLOURS = {
  LEAK: 'red',
  FULL: 'red',
  SUSPECT: 'yellow',
  'CANNOT TELL': 'yellow',
  OK: 'green',
} as const satisfies Record<Headline['word'], keyof Paint>;

/** Several processes, one a line: the answer, how full the table is, what it holds most of, and who it is. */
export function* renderMany(inspections: readonly Inspection[], { paint, columns }: Style): Generator<string> {
  const rows = inspections.map((inspection): ProcessRow => {
    const { word } = toHeadline(inspection);
    const { open, soft, utilization } = inspection.limits;
    return {
      word,
      colour: COLOURS[word],
      use: `${orUnknown(open)}/${orUnknown(soft)}`,
      percent: utilization === null ? '?' : `${Math.floor(utilization * 100)}`,
      what: sayMost(inspection),
      id: `${inspection.process.pid}`,
      name: sayName(inspection.process),
    };
  });
  yield* renderProcessRows(rows, ['PID', 'PROCESS'], { paint, columns, isTerminal: true });
}

/** The weightiest place that tells something: `826 dead tcp accepted on :47101`. */
function sayMost({ places, descriptors }: Inspection): string {
  if (descriptors.length === 0) return '-';
  const place =
    places.find(({ leak }) => leak !== 'no') ?? places.find(({ what }) => what !== 'event loop') ?? places[0];
  if (place === undefined) return '-';
  return `${formatNumber(place.count)} ${escapeText(place.what)} ${sayWhere(place)}`.trim();
}
