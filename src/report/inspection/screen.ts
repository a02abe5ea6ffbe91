import { sayChecked } from './checked.ts';
import type { Finding } from '../../core/model/finding.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import type { Limit } from '../../core/model/limits.ts';
import { formatNumber } from '../../core/words/numbers.ts';
import { escapeText } from '../text/escape.ts';
import type { Style } from '../text/style.ts';
import { measureWidth, wrap } from '../text/width.ts';
import { toHeadline, type Headline } from './headline.ts';
import { renderDeadFacts } from './dead-section.ts';
import { renderBar } from './limits-section.ts';
import { COLOURS } from './many.ts';
import { renderPlaces } from './places-section.ts';
import { sayPid, sayUser, sayWho } from './process-words.ts';
import { sayName } from './process-name.ts';

/** Rows of places below an answer that is none, of which more are shown where they are large, and below an alarm. */
const FEW_ROWS = 4;
const LARGE_ROWS = 6;
const MANY_ROWS = 6;
/** Pieces of evidence, and further findings, on the first screen. */
const MOST_REASONS = 2;
const MOST_OTHERS = 3;
/** What an alarm may take up: a small terminal, with its prompt. */
const MOST_LINES = 22;
const LABEL = 14;

/**
 * The answer at a glance: the word and who it is, one sentence, the places, how full the table is, why, and what to do next. 22 lines at
 * 80 columns for an alarm, 6 for a healthy process.
 */
export function* renderScreen(inspection: Inspection, style: Style): Generator<string> {
  const conclusion = toHeadline(inspection);
  switch (conclusion.word) {
    case 'OK':
      return yield* renderOk(inspection, conclusion, style);
    case 'CANNOT TELL':
      return yield* renderBlind(inspection, conclusion, style);
    case 'LEAK':
    case 'FULL':
    case 'SUSPECT':
      return yield* renderAlarm(inspection, conclusion, style);
  }
}

function* renderOk(inspection: Inspection, conclusion: Headline, style: Style): Generator<string> {
  yield* renderHead(
    conclusion,
    `${sayName(inspection.process)}   ${sayPid(inspection.process)}   ${sayUse(inspection)}`,
    style,
  );
  yield* renderPlaces(inspection, style, { most: FEW_ROWS, mostLarge: LARGE_ROWS, hasHead: false });
  for (const { title } of inspection.findings.filter(isTold).slice(0, MOST_OTHERS)) {
    yield* renderWrapped(escapeText(title), style, '  ');
  }
  yield* renderWrapped(conclusion.text, style, '');
}

/** What is worth a line though nothing looks leaked. */
function isTold({ severity, id }: Finding): boolean {
  return severity !== 'info' || TOLD.has(id);
}

const TOLD: ReadonlySet<string> = new Set([
  'descriptors-in-flight',
  'deleted-files-held',
  'inherited-descriptors',
  'inherited-sockets',
  'old-workers',
  'clients-waiting',
  'other-thread-tables',
  'near-quota',
  'failed-connects-kept',
]);

function* renderBlind(inspection: Inspection, conclusion: Headline, style: Style): Generator<string> {
  const { process, capability } = inspection;
  const who = `${[sayName(process), sayPid(process), ...sayUser(inspection)].join(', ')}: ${sayUse(inspection)}`;
  yield* renderHead(conclusion, who, style);
  yield* renderWrapped(`${conclusion.text[0]?.toUpperCase() ?? ''}${conclusion.text.slice(1)}.`, style, '  ');
  if (capability.level !== 'count')
    yield* renderPlaces(inspection, style, { most: FEW_ROWS, mostLarge: FEW_ROWS, hasHead: false });
  const remedies = new Set(capability.missing.map(({ remedy }) => remedy));
  // Where they may not be listed, the first one is enough: --why shows what else would do.
  const shown = capability.level === 'count' ? 1 : 2;
  for (const remedy of [...remedies].slice(0, shown)) yield* renderLabelled('See them', escapeText(remedy), style);
}

function* renderAlarm(inspection: Inspection, conclusion: Headline, style: Style): Generator<string> {
  const { word, text, finding } = conclusion;
  const most = word === 'LEAK' ? FEW_ROWS : MANY_ROWS;
  const above = [
    ...renderHead(conclusion, `${sayName(inspection.process)}   ${sayWho(inspection)}`, style),
    '\n',
    ...renderWrapped(text, style, '  '),
    ...(word === 'LEAK' ? renderDeadFacts(inspection, style) : []),
    '\n',
    ...renderPlaces(inspection, style, { most, mostLarge: most, hasHead: word === 'LEAK' }),
    ...renderLimit(inspection, style),
    '\n',
  ];
  yield* above;
  yield* fit(finding === null ? [] : toReasons(inspection, finding), MOST_LINES - above.length, style);
}

/** A line below the places: what it is called, what it says, and how soon it goes where there is no room. */
interface Labelled {
  readonly label: string;
  readonly text: string;
  readonly weight: number;
}

/** Why, what to do tonight and tomorrow, what else, and where to read on. */
function toReasons(inspection: Inspection, finding: Finding): Labelled[] {
  const reasons = finding.evidence.filter((_, at) => !PLACES.has(finding.facts[at]?.kind ?? ''));
  const others = inspection.findings.filter((one) => one !== finding && isTold(one)).slice(0, MOST_OTHERS);
  const isCertain = (inspection.summary.byLeak?.certain ?? 0) > 0;
  return [
    ...reasons
      .slice(0, MOST_REASONS)
      .map((text, at) => ({ label: at === 0 ? 'Because' : '', text, weight: at === 0 ? 6 : 2 })),
    ...finding.advice.split('\n').map(toAdvice),
    ...(isCertain || inspection.from !== null
      ? []
      : [{ label: 'Next', text: `fdleak watch ${inspection.process.pid}: does it grow, how fast`, weight: 8 }]),
    ...others.map(({ title, severity }) => ({ label: 'Also', text: title, weight: severity === 'info' ? 4 : 5 })),
    { label: 'More', text: `fdleak explain ${finding.id}`, weight: 9 },
    { label: 'Checked', text: sayChecked(inspection), weight: 1 },
  ];
}

function toAdvice(line: string): Labelled {
  const [, when, rest] = /^(Tonight|Tomorrow): (.*)$/.exec(line) ?? [];
  return when === 'Tonight'
    ? { label: 'Tonight', text: firstSentence(rest ?? ''), weight: 3 }
    : { label: 'Fix', text: firstSentence(rest ?? line), weight: 7 };
}

/** As many as there is room for, the least weighty left out first. */
function* fit(items: readonly Labelled[], room: number, style: Style): Generator<string> {
  const rendered = items.map((item) => ({
    item,
    lines: [...renderLabelled(item.label, escapeText(item.text), style)],
  }));
  const shown = new Set(rendered);
  const length = (): number => [...shown].reduce((sum, { lines }) => sum + lines.length, 0);
  for (const one of rendered.toSorted((a, b) => a.item.weight - b.item.weight)) {
    if (length() <= room) break;
    shown.delete(one);
  }
  for (const { lines } of shown) yield* lines;
}

/** Evidence that the rows of places have said already. */
const PLACES: ReadonlySet<string> = new Set([
  'accepted-on',
  'connected-with',
  'shared-port',
  'elsewhere',
  'place-unknown',
  'at-place',
  'fds',
]);

/** Up to the first full stop that ends a sentence. */
function firstSentence(text: string): string {
  return /^(?:`[^`]*`|[^`])*?[.](?=\s|$)/.exec(text)?.[0] ?? text;
}

function* renderHead({ word }: Headline, rest: string, { paint, columns }: Style): Generator<string> {
  const [first = '', ...more] = wrap(rest, columns - word.length - 2);
  const spaced = more.length === 0 ? rest : first;
  yield `${paint[COLOURS[word]](paint.bold(word))}  ${spaced}\n`;
  for (const line of more) yield `${' '.repeat(word.length + 2)}${line}\n`;
}

function* renderLimit({ limits }: Inspection, { paint, columns }: Style): Generator<string> {
  const { open, soft, utilization, free } = limits;
  // Saved text need not tell either.
  if (open === null && soft === null) return;
  const count = open === null ? '?' : formatNumber(open);
  const use = soft === null ? `${count} open, limit not known` : `${count} / ${formatLimit(soft)}`;
  const share = sayShare(utilization);
  const left = free !== null && utilization !== null && utilization >= 0.8 ? `, ${formatNumber(free)} left` : '';
  const room = Math.min(40, columns - use.length - share.length - left.length - 9);
  const bar = utilization === null || room < 8 ? '' : `   ${renderBar(utilization, room)}`;
  const colour = utilization !== null && utilization >= 0.95 ? paint.red : (text: string): string => text;
  yield `  ${colour(`${use}${bar}  ${share}${left}`)}\n`;
}

function formatLimit(limit: Limit): string {
  return typeof limit === 'number' ? formatNumber(limit) : limit;
}

function sayShare(utilization: number | null): string {
  if (utilization === null) return '';
  return utilization > 0 && utilization < 0.01 ? '< 1 %' : `${Math.floor(utilization * 100 + 1e-9)} %`;
}

/** `506 of 20,000 descriptors (3 %)`. */
function sayUse({ limits: { open, soft, utilization } }: Inspection): string {
  const count = open === null ? '?' : formatNumber(open);
  if (typeof soft !== 'number') return `${count} descriptors`;
  const share = utilization === null ? '' : ` (${sayShare(utilization)})`;
  return `${count} of ${formatNumber(soft)} descriptors${share}`;
}

/** A label in a column of its own, and text beside it. */
function* renderLabelled(label: string, text: string, { paint, columns }: Style): Generator<string> {
  let head = label.padEnd(LABEL - 2);
  for (const line of wrap(text, columns - LABEL)) {
    yield `  ${paint.bold(head)}${line}\n`;
    head = ' '.repeat(LABEL - 2);
  }
}

function* renderWrapped(text: string, { columns }: Style, indent: string): Generator<string> {
  for (const line of wrap(text, columns - measureWidth(indent))) yield `${indent}${line}\n`;
}
