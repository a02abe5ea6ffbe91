import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Runs of each shape. */
export const RUNS = 200;
/** FDLEAK_SEED=… simulates runs that nobody tuned on. */
export const FIRST_SEED = Number(process.env['FDLEAK_SEED'] ?? 1);

const DOCUMENT = new URL('../../../docs/trend.md', import.meta.url);

interface Answers {
  /** Of each leaking shape: how many leaks were found, and the true rates that were in their intervals. */
  readonly leaking: readonly { readonly shape: string; readonly found: number; readonly held: number }[];
  readonly precision: number;
  readonly recall: number;
  /** What docs/trend.md shows between `<!-- name -->` and `<!-- /name -->`, without the line of precision and recall. */
  readonly name: string;
  readonly rows: readonly string[];
  /** Shapes, leaking or not. */
  readonly shapes: number;
}

/** Holds what simulated runs were answered to its bounds, and docs/trend.md to it. */
export function itHolds({ leaking, precision, recall, name, rows, shapes }: Answers): void {
  it.each(leaking)('hold the true rate of "$shape" in 95 of 100 intervals', ({ held, found }) => {
    expect(held / found).toBeGreaterThanOrEqual(0.95);
  });

  it('have a precision and a recall of at least 0.99 together', () => {
    expect(precision).toBeGreaterThanOrEqual(0.99);
    expect(recall).toBeGreaterThanOrEqual(0.99);
  });

  it.runIf(FIRST_SEED === 1)('are what docs/trend.md shows', () => {
    const sum = `Precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)}, over ${shapes * RUNS} runs.`;
    const shown = [...rows, '', sum, ''].join('\n');
    const document = readFileSync(DOCUMENT, 'utf8');
    const place = new RegExp(`(<!-- ${name} -->\\n).*?(<!-- /${name} -->)`, 's');
    const expected = document.replace(place, (_, before: string, after: string) => `${before}${shown}${after}`);
    if (process.env['UPDATE_TABLE'] !== undefined) writeFileSync(DOCUMENT, expected);
    else expect(document).toBe(expected);
  });
}
