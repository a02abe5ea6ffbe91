import type { Sample } from '../../core/model/sample.ts';
import { toIso } from '../../core/parse/iso-time.ts';

export const EXPORT_FORMATS = ['csv', 'ndjson'] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Every sample that is kept, one a line, for other programs. In CSV, what was only counted leaves its columns empty. */
export function renderSamples(format: ExportFormat, samples: readonly Sample[]): Iterable<string> {
  return format === 'csv' ? renderCsv(samples) : renderNdjson(samples);
}

function* renderNdjson(samples: readonly Sample[]): Generator<string> {
  for (const { at, segment, open, soft, hard, full } of samples) {
    yield `${JSON.stringify({ at: toIso(at), segment, open, soft, hard, full })}\n`;
  }
}

/** A column for each verdict and place that occurs. @see RFC 4180 */
function* renderCsv(samples: readonly Sample[]): Generator<string> {
  const verdicts = findNames(samples.map(({ full }) => full?.byVerdict));
  const places = findNames(samples.map(({ full }) => full?.byPlace));
  const heads = [
    'at',
    'segment',
    'open',
    'soft',
    'opened',
    'closed',
    ...verdicts,
    ...places.map((place) => `at ${place}`),
  ];
  yield `${heads.map(quote).join(',')}\r\n`;
  for (const { at, segment, open, soft, full } of samples) {
    const counts = [
      ...verdicts.map((name) => (full === null ? null : (full.byVerdict[name] ?? 0))),
      ...places.map((name) => (full?.byPlace == null ? null : (full.byPlace[name] ?? 0))),
    ];
    const cells = [toIso(at), segment, open, soft, full?.opened ?? null, full?.closed ?? null, ...counts];
    yield `${cells.map((cell) => quote(cell === null ? '' : `${cell}`)).join(',')}\r\n`;
  }
}

function findNames(all: readonly (Readonly<Record<string, number>> | null | undefined)[]): string[] {
  return [...new Set(all.flatMap((counts) => Object.keys(counts ?? {})))].sort();
}

/** What a spreadsheet would take for a formula begins with an apostrophe. */
function quote(text: string): string {
  const safe = /^[=+@\t\r-]/.test(text) && !/^-?\d/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
