import { describe, expect, it } from 'vitest';
import { assertGrowth } from '../../../src/core/budget/assert-growth.ts';
import { judgeGrowth } from '../../../src/core/exercise/judge-growth.ts';
import { aDescriptor, aSocket } from '../../inspection-builder.ts';
import { file, grow, look } from '../budget/looks.ts';

describe('judgeGrowth', () => {
  const kinds = [
    file(3),
    aSocket({ fd: 4, is: 'fresh', socket: { local: null, remote: null } }),
    aDescriptor({ fd: 5, kind: 'pipe', target: 'pipe:[8]' }),
  ];

  it('cannot decide where something stayed after every run, of another kind in each', () => {
    const { looks, final } = grow((run) => kinds[run] ?? file(9));
    const judged = judgeGrowth(looks, final, []);

    expect(judged.unsteady).toMatchObject({ runs: [1, 1, 1], leaks: false });
    expect(assertGrowth(judged)).toMatchObject([
      {
        name: 'growth',
        result: 'undecidable',
        found: 3,
        because: expect.stringContaining('[1, 1, 1] stayed, but no one kind'),
      },
    ]);
  });

  it('takes a pool that replaces connections, and nothing else, for no growth', () => {
    const pool = [1, 2, 3, 4, 5, 6].map((fd) => aSocket({ fd, inode: `${fd}` }));
    const looks = [0, 1, 2, 3].map((run) => look(...pool.slice(run, run + 3)));

    expect(judgeGrowth(looks, pool.slice(3), [])).toMatchObject({
      growth: [{ runs: [1, 1, 1], leaks: false }],
      unsteady: null,
    });
  });

  it('passes where a run left nothing', () => {
    const { looks, final } = grow((run) => kinds[run] ?? file(9), 2);

    expect(judgeGrowth([...looks, look(...final)], final, []).unsteady).toBe(null);
  });

  it('finds a leak beside many that are ignored', () => {
    const ignored = Array.from({ length: 9 }, (_, index) => file(100 + index, '/var/log/app'));
    const { looks, final } = grow((run) => file(3 + run));
    const all = looks.map((one) => new Set([...one, ...look(...ignored)]));
    const judged = judgeGrowth(all, [...final, ...ignored], [{ field: 'path', glob: '/var/log/*' }]);

    expect(judged.growth).toMatchObject([{ what: 'file /data/#', leaks: true }]);
  });
});
