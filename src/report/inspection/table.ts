import type { Inspection } from '../../core/model/inspection.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import { type Conclusion, concludeFrom } from './conclusion.ts';
import { renderCrossCheck } from './cross-check-section.ts';
import { renderDescriptors } from './descriptors-section.ts';
import { escapeText } from '../text/escape.ts';
import { renderFindings } from './findings-section.ts';
import { renderLimits } from './limits-section.ts';
import { renderMissing } from './missing-section.ts';
import { toPieces } from '../text/pieces.ts';
import { renderRecognised } from './recognised-section.ts';
import { renderSockets } from './sockets-section.ts';
import type { Paint, Style } from '../text/style.ts';
import { cutToWidth, wrap } from '../text/width.ts';
import { orUnknown } from '../../core/words/numbers.ts';

const COLOURS = {
  LEAK: 'red',
  ERROR: 'red',
  SUSPECT: 'yellow',
  'CANNOT TELL': 'yellow',
  OK: 'green',
} as const satisfies Record<Conclusion['word'], keyof Paint>;

/** Text for people at a terminal: the answer first, then what it rests on. Foreign text is escaped. */
export function renderTable(inspections: readonly Inspection[], style: Style): Iterable<string> {
  return toPieces(renderAll(inspections, style));
}

function* renderAll(inspections: readonly Inspection[], style: Style): Generator<string> {
  for (const [at, inspection] of inspections.entries()) {
    if (style.isQuiet) {
      yield renderAnswer(inspection, style, Number.POSITIVE_INFINITY);
      continue;
    }
    if (at > 0) yield `\n${style.paint.dim('─'.repeat(Math.min(style.columns, 60)))}\n\n`;
    yield* renderHead(inspection, style);
    yield* renderRecognised(inspection, style);
    yield* renderLimits(inspection, style);
    yield* renderSockets(inspection, style);
    yield* renderFindings(inspection, style);
    yield* renderCrossCheck(inspection, style);
    yield* renderMissing(inspection, style);
    if (style.listDescriptors) yield* renderDescriptors(inspection, style);
  }
}

function renderAnswer(inspection: Inspection, { paint }: Style, columns: number): string {
  const { comm } = inspection.process;
  const { word, text } = concludeFrom(inspection);
  const indent = word.length + 2;
  const lines = wrap(`${escapeText(comm)} (${sayPid(inspection.process)}): ${text}`, columns - indent);
  return `${paint[COLOURS[word]](paint.bold(word))}  ${lines.join(`\n${' '.repeat(indent)}`)}\n`;
}

/** Saved text need not name its process. */
function sayPid({ pid }: Inspection['process']): string {
  return pid === 0 ? 'pid unknown' : `pid ${pid}`;
}

function* renderHead(inspection: Inspection, style: Style): Generator<string> {
  const { paint, columns } = style;
  yield renderAnswer(inspection, style, columns);
  const { exe, cmdline, uid } = inspection.process;
  const command = cmdline === null || cmdline.length === 0 ? exe : cmdline.join(' ');
  if (inspection.from !== null) return;
  yield `${paint.dim(cutToWidth(`user ${orUnknown(uid)}, ${command === null ? 'command ?' : escapeText(command)}`, columns))}\n`;
  yield `${paint.dim(cutToWidth(sayLooks(inspection), columns))}\n`;
}

function sayLooks({ takenAt, secondLookAt, looksApartMs, tookMs, options, host }: Inspection): string {
  const looks =
    secondLookAt === null ? 'one look' : `looked again after ${formatDuration(looksApartMs ?? options.settleMs)}`;
  return `${takenAt} on ${escapeText(host)}, ${looks}, took ${formatDuration(tookMs)}`;
}
