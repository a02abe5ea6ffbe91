import type { Inspection } from '../../core/model/inspection.ts';
import { renderHeading } from '../text/heading.ts';
import type { Paint, PaintText, Style } from '../text/style.ts';
import { wrap } from '../text/width.ts';
import { formatShare, orUnknown } from '../../core/words/numbers.ts';

const WIDEST_BAR = 40;
const NARROWEST_BAR = 8;
/** Blanks around the bar. */
const GAPS = 7;

/** The soft limit and how far it is used, with a bar as wide as the terminal allows. */
export function* renderLimits(inspection: Inspection, style: Style): Generator<string> {
  const { soft, hard, open, free, utilization, highestFd, peakTableSize } = inspection.limits;
  yield renderHeading('Limits', style);
  const use = `${orUnknown(open)} open of ${orUnknown(soft)}`;
  const share = formatShare(utilization);
  const freeText = free === null ? '' : `   ${free} free`;
  const room = Math.min(WIDEST_BAR, style.columns - use.length - share.length - freeText.length - GAPS);
  const paintUse = paintFor(style.paint, inspection);
  const bar = utilization === null || room < NARROWEST_BAR ? '' : `${paintUse(renderBar(utilization, room))}  `;
  yield `  ${use}   ${bar}${paintUse(share)}${freeText}\n`;
  const rest = `hard limit ${orUnknown(hard)}, highest descriptor ${orUnknown(highestFd)}, table size ${orUnknown(peakTableSize)} (peak)`;
  for (const line of wrap(rest, style.columns - 2)) yield `  ${style.paint.dim(line)}\n`;
}

/** `████░░░░`; anything in use shows at least one block, and only a full table fills it. */
export function renderBar(share: number, width: number): string {
  const exact = Math.min(1, Math.max(0, share)) * width;
  const filled = exact > width - 1 && share < 1 ? width - 1 : share > 0 ? Math.max(1, Math.round(exact)) : 0;
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

/** As the finding judges it, so that the two cannot differ. */
function paintFor(paint: Paint, { findings, limits }: Inspection): PaintText {
  if (limits.utilization === null) return paint.dim;
  const near = findings.find(({ id }) => id === 'near-limit');
  if (near === undefined) return paint.green;
  return near.severity === 'error' ? paint.red : paint.yellow;
}
