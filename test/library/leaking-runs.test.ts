import { afterEach, describe, expect, it } from 'vitest';
import '../../src/vitest.ts';
import { type GrowthReport, trackGrowth } from '../../src/index.ts';
import { closeAll, LEAKS, SOCKET_LEAKS } from './leaks.ts';

const open: number[] = [];
const kinds = Object.entries(LEAKS);
const NAMES = kinds.map(([kind]) => kind).sort();

afterEach(() => {
  closeAll(open.splice(0));
});

async function trackLeak(leak: () => number[]): Promise<GrowthReport> {
  return trackGrowth(() => open.push(...leak()), { warmup: 0, runs: 2, settleMs: 0 });
}

describe('code that leaks', () => {
  it(
    'is caught 1,000 times in 1,000, each kind named, when it leaks one of every kind a call',
    { timeout: 240_000 },
    async () => {
      const missed: string[] = [];
      for (let run = 0; run < 1000; run++) {
        const { leaks } = await trackLeak(() => kinds.flatMap(([, leak]) => leak()));
        const named = leaks.flatMap(({ descriptors }) => descriptors[0]?.kind ?? []).sort();
        const areCounted = leaks.every(
          (one) => one.runs.join() === (one.descriptors[0]?.kind === 'pipe' ? '2,2' : '1,1'),
        );
        if (!areCounted || named.join() !== NAMES.join()) missed.push(`run ${run}: ${named.join()}`);
        closeAll(open.splice(0));
      }

      expect(missed).toEqual([]);
    },
  );

  it.each(kinds)(
    'is caught and named, 100 times in 100, when it leaks one %s a call',
    { timeout: 120_000 },
    async (kind, leak) => {
      const missed: string[] = [];
      for (let run = 0; run < 100; run++) {
        const { leaks } = await trackLeak(leak);
        if (leaks.length !== 1 || leaks[0]?.descriptors.every((one) => one.kind === kind) !== true)
          missed.push(`run ${run}: ${JSON.stringify(leaks)}`);
        closeAll(open.splice(0));
      }

      expect(missed).toEqual([]);
    },
  );

  it.each(Object.entries(SOCKET_LEAKS))(
    'is caught and named, 50 times in 50, when each call leaks one socket that is %s',
    { timeout: 120_000 },
    async (name, leak) => {
      const [verdict = ''] = name.split(',');
      const missed: string[] = [];
      for (let run = 0; run < 50; run++) {
        const { leaks } = await trackGrowth(() => open.push(...leak()), { warmup: 0, runs: 3, settleMs: 0 });
        const [one, ...rest] = leaks;
        if (one?.what.startsWith(`${verdict}, `) !== true || one.runs.join() !== '1,1,1' || rest.length > 0)
          missed.push(`run ${run}: ${JSON.stringify(leaks.map(({ what, runs }) => [what, runs]))}`);
        closeAll(open.splice(0));
      }

      expect(missed).toEqual([]);
    },
  );

  it('fails the matcher, with each kind in its message, when it leaks one of every kind a call', async () => {
    const work = (): void => {
      for (const [, leak] of kinds) open.push(...leak());
    };
    const failure: unknown = await expect(work)
      .not.toLeakDescriptors({ warmup: 1, runs: 3, settleMs: 20 })
      .then(
        () => null,
        (error: unknown) => error,
      );

    const message = failure instanceof Error ? failure.message : '';
    for (const [kind] of kinds.filter(([name]) => name !== 'socket'))
      expect(message).toContain(`leaked [${kind === 'pipe' ? '2, 2, 2' : '1, 1, 1'}] ${kind}`);
    expect(message).toContain('leaked [1, 1, 1] fresh, tcp');
    expect(message).toContain('/etc/passwd');
  });

  it('is reported with the runs in which it leaked, not with those of a cache that fills once', async () => {
    let runs = 0;
    const { leaks } = await trackGrowth(
      () => {
        if (runs++ === 0) open.push(...(LEAKS.eventfd?.() ?? []));
      },
      { warmup: 0, runs: 4, settleMs: 0 },
    );

    expect(leaks).toEqual([]);
  });
});
