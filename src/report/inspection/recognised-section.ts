import type { Inspection } from '../../core/model/inspection.ts';
import type { RecognisedPart } from '../../core/model/recognised.ts';
import { escapeText } from '../text/escape.ts';
import { renderHeading } from '../text/heading.ts';
import type { Style } from '../text/style.ts';
import { wrap } from '../text/width.ts';
import { formatCount } from '../../core/words/numbers.ts';

/** More parts are counted, not shown: `--json` has all. */
const MOST_SHOWN = 12;

/** What saved text was read as, part by part with its lines, and the lines that nothing knew. */
export function* renderRecognised({ from }: Inspection, style: Style): Generator<string> {
  if (from === null) return;
  const { parts, unrecognised } = from;
  yield renderHeading('Read as', style, formatCount(parts.length, 'part'));
  for (const part of parts.slice(0, MOST_SHOWN)) {
    const [first = '', ...more] = wrap(sayPart(part), style.columns - 4);
    yield `  ${first}\n`;
    for (const line of more) yield `    ${line}\n`;
  }
  if (parts.length > MOST_SHOWN) yield `  and ${parts.length - MOST_SHOWN} more, in --json\n`;
  for (const { file, count, lines } of unrecognised) {
    const some = `${lines.slice(0, 5).join(', ')}${count > 5 ? ' …' : ''}`;
    const text = `${escapeText(file)}: ${formatCount(count, 'line')} not recognised (${some})`;
    for (const line of wrap(text, style.columns - 2)) yield `  ${style.paint.dim(line)}\n`;
  }
}

/** `box.txt 2-43: lsof, pid 7, 42 rows`, and why it is not the whole. */
function sayPart({ file, tool, lines, pids, rows, partial, refused }: RecognisedPart): string {
  const [first, last] = lines;
  const where = `${escapeText(file)} ${first === last ? first : `${first}-${last}`}`;
  if (refused !== null) return `${where}: ${tool}, not read: ${refused.because}`;
  const of = pids === null ? '' : `, pid ${pids.slice(0, 3).join(', ')}${pids.length > 3 ? ' …' : ''}`;
  const counted = rows === null || rows === 0 ? '' : `, ${formatCount(rows, 'row')}`;
  const why = partial.length === 0 ? '' : ` (${partial.join('; ')})`;
  return `${where}: ${tool}${of}${counted}${why}`;
}
