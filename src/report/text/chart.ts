import type { Series } from '../../core/model/report.ts';

interface ChartSize {
  readonly columns: number;
  readonly rows: number;
}

/** A cell is divided into eight steps. */
const STEPS = ' ▁▂▃▄▅▆▇█';
const EIGHTHS = 8;

/**
 * Draws a count as an area, the highest value of each column, its scale at the left:
 *
 *     73 ┤      ▂▄█
 *     52 ┤ ▂▄▆█████
 *     31 ┤▇████████
 *
 * The scale begins near the lowest value, not at 0, so that slow growth shows. Nothing for a series without a value.
 */
export function renderChart({ high }: Series, { columns, rows: mostRows }: ChartSize): string[] {
  const known = high.filter((value) => value !== null);
  if (known.length === 0) return [];
  const lowest = Math.min(...known);
  const highest = Math.max(...known);
  const base = highest === lowest ? Math.max(0, lowest - 1) : Math.max(0, lowest - Math.ceil((highest - lowest) * 0.1));
  const span = Math.max(1, highest - base);
  const rows = Math.min(mostRows, span);
  const labels = Array.from({ length: rows }, (_, row) => `${Math.round(base + (span * (rows - row)) / rows)}`);
  const labelWidth = Math.max(...labels.map((label) => label.length));
  const points = toWidth(high, Math.max(10, columns - labelWidth - 2));
  const eighths = points.map((value) =>
    value === null ? null : Math.max(1, Math.round(((value - base) / span) * rows * EIGHTHS)),
  );
  return labels.map((label, row) => {
    const below = (rows - 1 - row) * EIGHTHS;
    const cells = eighths.map((value) => STEPS[Math.min(EIGHTHS, Math.max(0, (value ?? 0) - below))] ?? ' ');
    return `${label.padStart(labelWidth)} ┤${cells.join('').trimEnd()}`;
  });
}

/** The highest of the values that fall in each of `width` columns; fewer values are drawn wider. */
function toWidth(values: readonly (number | null)[], width: number): (number | null)[] {
  return Array.from({ length: width }, (_, column) => {
    const from = Math.floor((column * values.length) / width);
    const to = Math.max(from + 1, Math.floor(((column + 1) * values.length) / width));
    const known = values.slice(from, to).filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  });
}
