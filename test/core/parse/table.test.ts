import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Misfit, parseTable } from '../../../src/core/parse/table.ts';

const parseEven = (line: string): { n: number } | Misfit =>
  Number(line) % 2 === 0 ? { n: Number(line) } : new Misfit('n', line);

describe('parseTable', () => {
  it('passes over the header and blank lines, and says where a line did not fit', () => {
    expect(parseTable('numbers', '1\n2\n\n3\n \t\n4\n', parseEven)).toEqual({
      rows: [{ n: 2 }, { n: 4 }],
      faults: [{ source: 'numbers', line: 4, field: 'n', found: '3' }],
    });
  });

  it('takes a last line without a newline for cut, though it looks like a row', () => {
    expect(parseTable('numbers', 'header\n24\n24', parseEven)).toEqual({
      rows: [{ n: 24 }],
      faults: [{ source: 'numbers', line: 3, field: 'end of line', found: '24' }],
    });
  });

  it.each(['', 'header', 'header\n', '\n\n'])('finds nothing in %j', (text) => {
    expect(parseTable('numbers', text, parseEven)).toEqual({ rows: [], faults: [] });
  });

  it('cuts what it found to 80 characters', () => {
    expect(parseTable('numbers', `header\n${'x'.repeat(1000)}\n`, parseEven).faults[0]?.found).toBe('x'.repeat(80));
  });

  it('accounts for every line, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 500 }), (text) => {
        const { rows, faults } = parseTable('numbers', text, parseEven);
        const lines = text.split('\n').slice(1);
        expect(rows.length + faults.length).toBe(lines.filter((line) => line.trim() !== '').length);
      }),
    );
  });
});
