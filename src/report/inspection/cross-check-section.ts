import type { Inspection } from '../../core/model/inspection.ts';
import { COUNTED_HEADS, isCounting, sayArithmetic, sayDisagreement, sayStatus, toCells } from './cross-check.ts';
import { measureRoom, renderGrid } from '../text/grid.ts';
import { renderHeading } from '../text/heading.ts';
import type { Style } from '../text/style.ts';
import { wrap } from '../text/width.ts';

/** What each source counts, side by side, and every disagreement with its reason. */
export function* renderCrossCheck(inspection: Inspection, style: Style): Generator<string> {
  const { sources, disagreements } = inspection;
  if (sources.length === 0) return;
  const { paint, columns } = style;
  yield renderHeading('Cross-check', style);
  const arithmetic = sayArithmetic(inspection);
  if (arithmetic !== null) yield* renderWrapped('', arithmetic, columns);
  const counting = sources.filter(isCounting).map((source) => ({ source, cells: [source.name, ...toCells(source)] }));
  const heads = ['', ...COUNTED_HEADS];
  const room = measureRoom([heads, ...counting.map(({ cells }) => cells)], columns);
  yield* renderGrid(
    [
      heads.map((head) => paint.dim(head)),
      ...counting.map(({ source, cells }) => cells.concat(wrap(sayStatus(source), room).join('\n'))),
    ],
    ['left', 'right', 'right', 'right', 'right', 'left'],
  );
  for (const source of sources) {
    if (isCounting(source)) continue;
    yield* renderWrapped(source.name.padEnd(12), sayStatus(source), columns);
  }
  for (const disagreement of disagreements) yield* renderWrapped('≠ ', sayDisagreement(disagreement), columns);
}

function* renderWrapped(mark: string, text: string, columns: number): Generator<string> {
  let before = mark;
  for (const line of wrap(text, columns - 2 - mark.length)) {
    yield `  ${before}${line}\n`;
    before = ' '.repeat(mark.length);
  }
}
