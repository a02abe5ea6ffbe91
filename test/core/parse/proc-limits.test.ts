import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseProcLimits } from '../../../src/core/parse/proc-limits.ts';
import { fixture, limitLine, LIMITS_HEADER, table } from '../../lines.ts';

const parse = (...lines: readonly string[]) => parseProcLimits(table(LIMITS_HEADER, ...lines));
const limit = fc.oneof(fc.constant('unlimited' as const), fc.nat(2 ** 53 - 1));

describe('parseProcLimits', () => {
  it.each([
    { cells: {}, row: { name: 'Max open files', soft: 1024, hard: 524_288 } },
    { cells: { hard: 'unlimited' }, row: { name: 'Max open files', soft: 1024, hard: 'unlimited' } },
    { cells: { name: 'Max nice priority', soft: '0', unit: '' }, row: { name: 'Max nice priority', soft: 0 } },
    { cells: { soft: '18446744073709551614' }, row: { soft: 2 ** 64 } },
  ])('reads $cells', ({ cells, row }) => {
    expect(parse(limitLine(cells))).toMatchObject({ rows: [row], faults: [] });
  });

  it.each([
    { why: 'a soft limit in words', line: limitLine({ soft: 'infinity' }), field: 'Soft Limit', found: 'infinity' },
    { why: 'a negative hard limit', line: limitLine({ hard: '-1' }), field: 'Hard Limit', found: '-1' },
    { why: 'a line cut behind the soft limit', line: limitLine().slice(0, 40), field: 'Hard Limit', found: '' },
  ])('reports $why and keeps the other rows', ({ line, field, found }) => {
    const { rows, faults } = parse(line, limitLine());

    expect(rows).toHaveLength(1);
    expect(faults).toEqual([{ source: 'proc-limits', line: 2, field, found }]);
  });

  it('reads the 16 limits captured from a proxy', () => {
    const { rows, faults } = parseProcLimits(fixture('gshell/2-after-90s/limits.txt'));

    expect(faults).toEqual([]);
    expect(rows).toHaveLength(16);
    expect(rows).toContainEqual({ name: 'Max open files', soft: 20_000, hard: 20_000 });
  });

  it('reads back every limit, and takes no digits from a text cut anywhere', () => {
    fc.assert(
      fc.property(limit, limit, fc.nat(100), (soft, hard, cut) => {
        const text = table(LIMITS_HEADER, limitLine({ soft: `${soft}`, hard: `${hard}` }));
        expect(parseProcLimits(text).rows).toEqual([{ name: 'Max open files', soft, hard }]);
        expect(parseProcLimits(text.slice(0, -1 - cut)).rows).toEqual([]);
      }),
    );
  });
});
