import type { Inspection } from '../../core/model/inspection.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import { formatFds } from '../../core/words/fds.ts';
import { formatNumber, formatUse } from '../../core/words/numbers.ts';
import { renderPageHead } from '../text/html-head.ts';
import { PAGE_STYLE } from '../history/html-style.ts';
import { escapeHtml } from '../text/html-escape.ts';
import { renderHtmlTable } from '../text/html-table.ts';
import { sayStatus } from './cross-check.ts';
import { sayKind, sayTarget, sayVerdict } from './descriptor-words.ts';
import { toHeadline } from './headline.ts';
import { describePlaceUse, sayWhere } from './place-words.ts';

/** A browser shows so many rows at once. */
const MOST_DESCRIPTORS = 5000;
const SHOWN_FDS = 60;

const COLOURS = {
  LEAK: 'leak',
  FULL: 'at-limit',
  OK: 'no-leak',
  SUSPECT: 'suspect',
  'CANNOT TELL': 'unknown',
} as const;

/**
 * One file that shows inspections in a browser, without a network and without a script: what a process calls itself is text on it. The
 * command line is left out, as the file may be sent on. `hashOf` gives `'sha256-…'` of a style, by which alone it applies.
 */
export function* renderInspectionHtml(
  inspections: readonly Inspection[],
  hashOf: (text: string) => string,
): Generator<string> {
  const [first] = inspections;
  const title = first === undefined ? 'nothing' : `${toHeadline(first).word}: ${first.process.comm}`;
  yield* renderPageHead({ title, version: first?.version ?? '', styles: [PAGE_STYLE], scripts: [], hashOf });
  for (const inspection of inspections) {
    yield* renderHead(inspection);
    yield* renderPlaces(inspection);
    yield* renderFindings(inspection);
    yield* renderSources(inspection);
    yield* renderDescriptors(inspection);
  }
  yield '</main>\n</body>\n</html>\n';
}

function* renderHead(inspection: Inspection): Generator<string> {
  const { process, limits, takenAt, host } = inspection;
  const { word, text } = toHeadline(inspection);
  yield `<h1><b class="${COLOURS[word]}">${word}</b> ${escapeHtml(`${process.comm}, pid ${process.pid}`)}</h1>\n`;
  const use = limits.open === null ? '' : ` ${formatUse(limits.open, limits.soft)} descriptors are open.`;
  yield `<p>${escapeHtml(`${text}.${use}`)}</p>\n<p class="facts">${escapeHtml(`on ${host} at ${takenAt}`)}</p>\n`;
}

function* renderPlaces({ places, process }: Inspection): Generator<string> {
  if (places.length === 0) return;
  yield '<h2>Places</h2>\n';
  yield* renderHtmlTable(
    ['count', 'what', 'where', 'known of them', 'dead for at most', 'leak', 'descriptors'],
    places.map((place) => [
      formatNumber(place.count),
      place.what,
      sayWhere(place),
      describePlaceUse(place, process.pid).join(', '),
      place.oldestMs === null ? '' : formatDuration(place.oldestMs),
      place.leak,
      formatFds(
        place.fds.map((fd) => ({ fd, tid: place.tid })),
        SHOWN_FDS,
      ),
    ]),
    places.map(({ leak }) => (leak === 'certain' ? 'leak' : leak)),
  );
}

function* renderFindings({ findings }: Inspection): Generator<string> {
  if (findings.length > 0) yield '<h2>Findings</h2>\n';
  for (const { id, severity, title, evidence, advice } of findings) {
    yield `<h3>${escapeHtml(`${severity}: ${title}`)}</h3>\n<ul>\n`;
    for (const fact of evidence) yield `<li>${escapeHtml(fact)}</li>\n`;
    yield `</ul>\n`;
    for (const line of advice.split('\n')) yield `<p>${escapeHtml(line)}</p>\n`;
    yield `<p class="facts">fdleak explain ${escapeHtml(id)}</p>\n`;
  }
}

function* renderSources({ sources, capability }: Inspection): Generator<string> {
  if (sources.length === 0) return;
  yield '<h2>What this rests on</h2>\n';
  yield* renderHtmlTable(
    ['source', 'status'],
    sources.map((source) => [source.name, sayStatus(source)]),
  );
  for (const { what, because, remedy } of capability.missing)
    yield `<p>${escapeHtml(`Not seen: ${what}: ${because}; ${remedy}`)}</p>\n`;
}

function* renderDescriptors({ descriptors }: Inspection): Generator<string> {
  if (descriptors.length === 0) return;
  const suspectsFirst = descriptors.toSorted(
    (a, b) => Number(a.verdict.leak === 'no') - Number(b.verdict.leak === 'no'),
  );
  const shown = suspectsFirst.slice(0, MOST_DESCRIPTORS);
  const count = shown.length < descriptors.length ? `, the first ${formatNumber(shown.length)}` : '';
  yield `<details><summary>${formatNumber(descriptors.length)} descriptors${count}</summary>\n`;
  yield* renderHtmlTable(
    ['fd', 'kind', 'verdict', 'leak', 'target'],
    shown.map((one) => [`${one.fd}`, sayKind(one), sayVerdict(one), one.verdict.leak, sayTarget(one)]),
    shown.map(({ verdict }) => (verdict.leak === 'certain' ? 'leak' : verdict.leak)),
  );
  yield '</details>\n';
}
