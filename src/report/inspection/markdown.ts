import type { Inspection } from '../../core/model/inspection.ts';
import { toHeadline } from './headline.ts';
import { COUNTED_HEADS, isCounting, sayArithmetic, sayDisagreement, sayStatus, toCells } from './cross-check.ts';
import { renderRows } from './descriptors-section.ts';
import { escapeText } from '../text/escape.ts';
import { toCodeSpan, toProse, toRow } from '../text/markdown-escape.ts';
import { sayFault } from './missing-section.ts';
import { toPieces } from '../text/pieces.ts';
import { describeGroup, describeLeak, groupSockets } from './sockets-section.ts';
import { PLAIN } from '../text/style.ts';
import { formatFds } from '../../core/words/fds.ts';
import { formatShare, formatTally, orUnknown } from '../../core/words/numbers.ts';

/** GitHub takes 65,536 characters in a comment; so many rows and all the rest fit. */
const ROWS_SHOWN = 250;
const FAULTS_SHOWN = 5;
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
    yield* renderLimits(inspection);
    yield* renderVerdicts(inspection);
    yield* renderFindings(inspection);
    yield* renderCrossCheck(inspection);
    yield* renderEnvironment(inspection);
    yield* renderDescriptors(inspection);
  }
}

function* renderSummary(inspection: Inspection): Generator<string> {
  const { word, text } = toHeadline(inspection);
  const { comm, pid } = inspection.process;
  yield `## Descriptors of ${toCodeSpan(escapeText(comm))} (pid ${pid})\n\n**${word}**: ${toProse(text)}\n`;
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

function* renderVerdicts({ descriptors, summary, kernelOwned }: Inspection): Generator<string> {
  const groups = groupSockets(descriptors);
  if (groups.length > 0) {
    yield '\n### Sockets\n\n| count | verdict | leak | what | descriptors |\n| --: | --- | --- | --- | --- |\n';
    for (const group of groups) {
      const { is, descriptors } = group;
      yield toRow([
        `${descriptors.length}`,
        is,
        describeLeak(group),
        toProse(describeGroup(group)),
        formatFds(descriptors, 60),
      ]);
    }
  }
  const { socket: _, ...others } = summary.byKind ?? {};
  const otherKinds = formatTally(others);
  if (otherKinds !== '') yield `\nOther descriptors: ${otherKinds}.\n`;
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
