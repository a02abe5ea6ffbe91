import type { Inspection } from '../../core/model/inspection.ts';
import { toPieces } from '../text/pieces.ts';
import type { Style } from '../text/style.ts';
import { wrap } from '../text/width.ts';
import { toHeadline } from './headline.ts';
import { renderDescriptors } from './descriptors-section.ts';
import { renderHolders } from './holders-section.ts';
import { COLOURS, renderMany } from './many.ts';
import { sayPid } from './process-words.ts';
import { sayName } from './process-name.ts';
import { renderRecognised } from './recognised-section.ts';
import { renderScreen } from './screen.ts';
import { renderWhy } from './why-section.ts';

/** Text for people at a terminal: the answer first, then the reasons; the checks only with `--why`. Foreign text is escaped. */
export function renderTable(inspections: readonly Inspection[], style: Style): Iterable<string> {
  return toPieces(renderAll(inspections, style));
}

function* renderAll(inspections: readonly Inspection[], style: Style): Generator<string> {
  if (style.isQuiet) {
    for (const inspection of inspections) yield renderAnswer(inspection, style);
    return;
  }
  const isOne = inspections.length === 1;
  if (!isOne) yield* renderMany(inspections, style);
  if (!isOne && !style.explains && !style.listDescriptors) return;
  for (const [at, inspection] of inspections.entries()) {
    if (at > 0 || !isOne) yield `\n${style.paint.dim('─'.repeat(Math.min(style.columns, 60)))}\n\n`;
    yield* renderScreen(inspection, style);
    yield* renderHolders(inspection, style);
    yield* renderRecognised(inspection, style);
    if (style.explains) yield* renderWhy(inspection, style);
    if (style.listDescriptors) yield* renderDescriptors(inspection, style);
  }
}

/** The first line only, uncut. */
function renderAnswer(inspection: Inspection, { paint }: Style): string {
  const { word, text } = toHeadline(inspection);
  const line = wrap(
    `${sayName(inspection.process)} (${sayPid(inspection.process)}): ${text}`,
    Number.POSITIVE_INFINITY,
  ).join(' ');
  return `${paint[COLOURS[word]](paint.bold(word))}  ${line}\n`;
}
