import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePrlimit } from '../../../src/core/parse/prlimit.ts';
import { fixture } from '../../lines.ts';

describe('parsePrlimit', () => {
  it('reads the one line it is asked for', () => {
    expect(parsePrlimit('NOFILE 1024 unlimited\n')).toEqual({
      rows: [{ resource: 'NOFILE', soft: 1024, hard: 'unlimited' }],
      faults: [],
    });
  });

  it.each(['prlimit-table', 'prlimit-columns'])('reads all 16 limits of %s', (file) => {
    const { rows, faults } = parsePrlimit(fixture(`tools/${file}.txt`));

    expect(faults).toEqual([]);
    expect(rows).toHaveLength(16);
    expect(rows).toContainEqual({ resource: 'NOFILE', soft: 20_000, hard: 20_000 });
    expect(rows).toContainEqual({ resource: 'STACK', soft: 8_388_608, hard: 'unlimited' });
  });

  it.each(['NOFILE 1024 \n', 'NOFILE viele mehr\n', 'prlimit: failed to get NOFILE\n', 'NOFILE 20000 200'])(
    'reports %j',
    (text) => {
      expect(parsePrlimit(text)).toMatchObject({ rows: [], faults: [{ source: 'prlimit', line: 1 }] });
    },
  );

  it('reads back every limit', () => {
    const limit = fc.oneof(fc.nat(), fc.constant('unlimited' as const));
    fc.assert(
      fc.property(limit, limit, (soft, hard) => {
        expect(parsePrlimit(`NOFILE ${soft} ${hard}\n`).rows).toEqual([{ resource: 'NOFILE', soft, hard }]);
      }),
    );
  });

  it('accounts for every line whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary-ascii' }).map((line) => `x${line.replaceAll('\n', ' ')}`)),
        (lines) => {
          const { rows, faults } = parsePrlimit([...lines, ''].join('\n'));
          expect(rows.length + faults.length).toBe(lines.length);
        },
      ),
    );
  });
});
