export type Labels = Readonly<Record<string, string>>;

export interface MetricSample {
  readonly labels: Labels;
  readonly value: number;
}

/** One family of series. What is not known has no sample: an absent series, never 0. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly samples: readonly MetricSample[];
}

const MOST_LABEL_BYTES = 128;
/** Of one unit of UTF-16 in UTF-8. */
const MOST_UNIT_BYTES = 3;

/** Text for a label, cut to 128 bytes of UTF-8 at a character, with `…` where it was. */
export function toLabel(text: string): string {
  if (text.length * MOST_UNIT_BYTES <= MOST_LABEL_BYTES) return text;
  let [bytes, kept] = [0, ''];
  for (const character of text) {
    bytes += bytesOf(character.codePointAt(0) ?? 0);
    if (bytes > MOST_LABEL_BYTES) return `${kept}…`;
    if (bytes <= MOST_LABEL_BYTES - 3) kept += character;
  }
  return text;
}

function bytesOf(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x1_0000 ? 3 : 4;
}

/** A family of gauges. */
export function gauge(name: string, help: string, samples: readonly MetricSample[]): Metric {
  return { name, help, type: 'gauge', samples };
}
