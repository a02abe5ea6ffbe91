import type { Inspection } from '../../core/model/inspection.ts';
import { toHeadline } from './headline.ts';
import { COUNTED_HEADS, isCounting, sayArithmetic, sayDisagreement, sayStatus, toCells } from './cross-check.ts';
import { renderRows } from './descriptors-section.ts';
import { escapeText } from '../text/escape.ts';
import { toCodeSpan, toProse, toRow } from '../text/markdown-escape.ts';
import { sayFault } from './missing-section.ts';
import { toPieces } from '../text/pieces.ts';
import { describePlaceUse, sayWhere } from './place-words.ts';
import { sayPid } from './process-words.ts';
import { sayName } from './process-name.ts';
import { PLAIN } from '../text/style.ts';
import { formatFdNumbers } from '../../core/words/fds.ts';
import { formatCount, formatNumber, formatShare, orUnknown } from '../../core/words/numbers.ts';

/** GitHub takes 65,536 characters in a comment; so many rows and all the rest fit. */
const ROWS_SHOWN = 250;
const FAULTS_SHOWN = 5;
const PLACES_SHOWN = 12;
const ROW_STYLE = { paint: PLAIN, columns: 160, isTerminal: true };

/**
 * Text to paste into an issue. Names are escaped for terminals and for markdown. The name of the host and the command
 * line are left out: an issue may be public.
 */
export function renderMarkdown(inspections: readonly Inspection[]): Iterable<string> {
  return toPieces(renderAll(inspections));
}

function* renderAll(inspections: readonly Inspection[]): Generator<string> {
  for (const [at, inspection] of inspections.entries()) {
    if (at > 0) yield '\n---\n\n';
    yield* renderSummary(inspection);
    yield* renderPlaces(inspection);
    yield* renderLimits(inspection);
    yield* renderFindings(inspection);
    yield* renderCrossCheck(inspection);
    yield* renderEnvironment(inspection);
    yield* renderDescriptors(inspection);
  }
}

function* renderSummary(inspection: Inspection): Generator<string> {
  const { word, text } = toHeadline(inspection);
  yield `## Descriptors of ${toCodeSpan(sayName(inspection.process))} (${sayPid(inspection.process)})\n\n**${word}**: ${toProse(text)}\n`;
}

function* renderLimits({ limits }: Inspection): Generator<string> {
  yield '\n### Limits\n\n| open | soft | used | free | hard | highest | table held up to |\n| --: | --: | --: | --: | --: | --: | --: |\n';
  const { open, soft, utilization, free, hard, highestFd, peakTableSize } = limits;
  const cells = [
    orUnknown(open),
    orUnknown(soft),
    formatShare(utilization),
    ...[free, hard, highestFd, peakTableSize].map(orUnknown),
  ];
  yield toRow(cells);
}

/** The largest, as on the screen; the rest is one row. */
function* renderPlaces({ places, process: { pid }, kernelOwned }: Inspection): Generator<string> {
  if (places.length > 0)
    yield '\n### Places\n\n| count | what | where | what is known | leak | descriptors |\n| --: | --- | --- | --- | --- | --- |\n';
  for (const place of places.slice(0, PLACES_SHOWN)) {
    const { count, what, leak, fds } = place;
    yield toRow([
      formatNumber(count),
      toProse(escapeText(what)),
      toProse(sayWhere(place)),
      toProse(describePlaceUse(place, pid).join(', ')),
      leak === 'no' ? '' : leak,
      formatFdNumbers(fds.filter((fd) => fd >= 0)),
    ]);
  }
  const rest = places.slice(PLACES_SHOWN);
  const others = rest.reduce((sum, { count }) => sum + count, 0);
  if (others > 0) yield toRow([formatNumber(others), `at ${formatCount(rest.length, 'other place')}`, '', '', '', '']);
  for (const { count, state, port } of kernelOwned)
    yield `\n${count} ${toProse(state)} on :${port}: held by the kernel, no descriptor.\n`;
}

function* renderFindings({ findings }: Inspection): Generator<string> {
  if (findings.length > 0) yield '\n### Findings\n';
  for (const { id, severity, title, evidence, advice, checked } of findings) {
    yield `\n**${severity}**: ${toProse(escapeText(title))} (\`${id}\`)\n\n`;
    for (const fact of evidence) yield `- ${toProse(escapeText(fact))}\n`;
    if (checked.length > 0) yield `- checked: ${checked.join(', ')}\n`;
    for (const line of advice.split('\n')) yield `\n> ${toProse(escapeText(line))}\n`;
  }
}

function* renderCrossCheck(inspection: Inspection): Generator<string> {
  if (inspection.sources.length === 0) return;
  yield '\n### Cross-check\n';
  const arithmetic = sayArithmetic(inspection);
  if (arithmetic !== null) yield `\n${arithmetic}\n`;
  yield `\n| source | ${COUNTED_HEADS.join(' | ')} | status |\n| --- |${' --: |'.repeat(COUNTED_HEADS.length)} --- |\n`;
  for (const source of inspection.sources) {
    const cells = isCounting(source) ? toCells(source) : COUNTED_HEADS.map(() => '');
    yield toRow([source.name, ...cells, toProse(sayStatus(source))]);
  }
  if (inspection.disagreements.length > 0) yield '\n';
  for (const disagreement of inspection.disagreements) yield `- ≠ ${toProse(sayDisagreement(disagreement))}\n`;
}

function* renderEnvironment({
  version,
  takenAt,
  secondLookAt,
  looksApartMs,
  options,
  capability,
  faults,
}: Inspection): Generator<string> {
  yield `\n### Environment\n\n- fdleak ${toProse(escapeText(version))}, level ${capability.level}, sources ${options.sources.join(', ')}\n`;
  yield `- taken at ${takenAt}, ${secondLookAt === null ? 'one look' : `checked again after ${Math.round(looksApartMs ?? options.settleMs)} ms`}\n`;
  for (const { what, because, remedy } of capability.missing) {
    yield `- not seen: ${[`${what}: ${because}`, remedy].map((text) => toProse(escapeText(text))).join('; ')}\n`;
  }
  for (const fault of faults.slice(0, FAULTS_SHOWN)) yield `- did not fit: ${toCodeSpan(sayFault(fault))}\n`;
  if (faults.length > FAULTS_SHOWN) yield `- and ${faults.length - FAULTS_SHOWN} more that did not fit\n`;
}

/** Suspects first, then by number: what does not fit is named by its count. */
function* renderDescriptors({ descriptors }: Inspection): Generator<string> {
  if (descriptors.length === 0) return;
  const suspectsFirst = descriptors.toSorted(
    (a, b) => Number(a.verdict.leak === 'no') - Number(b.verdict.leak === 'no'),
  );
  const shown = suspectsFirst.slice(0, ROWS_SHOWN);
  const count =
    shown.length < descriptors.length
      ? `${shown.length} of ${descriptors.length}, the suspects first; --json has all`
      : `${descriptors.length}`;
  const rows = [...renderRows(shown, ROW_STYLE)].join('');
  const longest = Math.max(2, ...(rows.match(/`+/g) ?? []).map((run) => run.length));
  const ticks = '`'.repeat(longest + 1);
  yield `\n<details>\n<summary>Descriptors (${count})</summary>\n\n${ticks}text\n${rows}${ticks}\n\n</details>\n`;
}
