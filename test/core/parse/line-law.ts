import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { Table } from '../../../src/core/model/fault.ts';

/** Whatever stands among good lines, each line that is not blank becomes a row or a fault. */
export function expectEveryLineToCount(
  parse: (lines: readonly string[]) => Table<unknown>,
  good: readonly string[],
): void {
  const any = fc.string({ unit: 'binary-ascii' }).map((line) => line.replaceAll('\n', ' '));
  fc.assert(
    fc.property(fc.array(fc.oneof(any, ...good.map((line) => fc.constant(line))), { maxLength: 20 }), (lines) => {
      const { rows, faults } = parse(lines);
      expect(rows.length + faults.length).toBe(lines.filter((line) => line.trim() !== '').length);
    }),
  );
}
