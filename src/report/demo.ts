import type { DemoReport } from '../core/model/demo.ts';
import type { Paint } from './text/style.ts';

/** The leaky and the fixed proxy side by side, and whether the story went as told. */
export function renderDemo({ stages, asTold, clients }: DemoReport, paint: Paint): string {
  const head = ['proxy', 'stage', 'open', 'CLOSE_WAIT', 'orphaned', 'certain', 'accepted on', 'watched'];
  const rows = stages.map((one) => [
    one.proxy,
    one.stage,
    say(one.open),
    String(one.peerClosed),
    String(one.orphaned),
    String(one.certain),
    one.acceptedOn === null ? '-' : `:${one.acceptedOn}`,
    one.orphaned === 0 ? '-' : say(one.watched),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  const verdict = asTold
    ? paint.green(`As expected: ${clients} clients, ${clients} dead sockets in the leaky proxy, 0 in the fixed one.`) +
      SEED
    : paint.red('Not as expected: see the inspections above.');
  return `${[paint.bold(line(head)), ...rows.map((row, at) => (stages[at]?.orphaned === 0 ? line(row) : paint.red(line(row)))), '', verdict].join('\n')}\n`;
}

/** The case itself, by a Go program's own profile. @see docs/reverse-proxy-leak.md */
const SEED = `
The daemon that this is modelled on gave itself away by the same comparison, of
its goroutine profile: 40 goroutines ↔ 40 dead sockets, in chan receive at
builtinservices.go:199.`;

function say(count: number | null): string {
  return count === null ? 'unknown' : String(count);
}
