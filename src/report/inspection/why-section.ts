import type { Inspection } from '../../core/model/inspection.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import { escapeText } from '../text/escape.ts';
import type { Style } from '../text/style.ts';
import { cutToWidth } from '../text/width.ts';
import { renderCrossCheck } from './cross-check-section.ts';
import { renderFindings } from './findings-section.ts';
import { renderLimits } from './limits-section.ts';
import { renderMissing } from './missing-section.ts';
import { renderSockets } from './sockets-section.ts';

/** Everything the answer rests on: when it was looked, limits, verdicts, findings with their evidence, the sources side by side. */
export function* renderWhy(inspection: Inspection, style: Style): Generator<string> {
  const { takenAt, host, cmdline, exe } = { ...inspection, ...inspection.process };
  const { secondLookAt, looksApartMs, tookMs, options } = inspection;
  const looks =
    secondLookAt === null ? 'one look' : `checked again after ${formatDuration(looksApartMs ?? options.settleMs)}`;
  const command = cmdline === null || cmdline.length === 0 ? exe : cmdline.join(' ');
  yield '\n';
  if (inspection.from === null && command !== null)
    yield `${style.paint.dim(cutToWidth(escapeText(command), style.columns))}\n`;
  const when = `${takenAt} on ${escapeText(host)}, ${looks}, took ${formatDuration(tookMs)}`;
  if (inspection.from === null) yield `${style.paint.dim(cutToWidth(when, style.columns))}\n`;
  yield* renderLimits(inspection, style);
  yield* renderSockets(inspection, style);
  yield* renderFindings(inspection, style);
  yield* renderCrossCheck(inspection, style);
  yield* renderMissing(inspection, style);
}
