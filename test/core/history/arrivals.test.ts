import { describe, expect, it } from 'vitest';
import { TurnoverBook } from '../../../src/core/history/turnover-book.ts';
import type { Turnover } from '../../../src/core/model/turnover.ts';
import { aLife, START } from '../../store/tick-builder.ts';

/** Opens one at each of these seconds, some of which are closed, and measures at second 100. */
function measureAt100(seconds: readonly number[], closed: readonly { at: number; after: number }[] = []): Turnover {
  const book = new TurnoverBook();
  book.take(START, { begun: [], ended: [], moved: [], isFirst: true });
  const lives = seconds.map((second, i) => aLife({ id: i + 1, firstSeen: START + second * 1000 }));
  const gone = closed.map(({ at, after }, i) =>
    aLife({ id: 1000 + i, firstSeen: START + at * 1000, lastSeen: START + (at + after) * 1000 }),
  );
  book.take(START + 1000, { begun: [...lives, ...gone], ended: gone, moved: [], isFirst: false });
  const [turnover] = book.measure(START + 100_000, lives);
  if (turnover === undefined) throw new Error('it holds no place');
  return turnover;
}

describe('when those came that stayed', () => {
  it('is the middle of the time where they came evenly, and before it where ever fewer came', () => {
    const even = Array.from({ length: 10 }, (_, i) => 5 + 10 * i);
    expect(measureAt100(even)).toMatchObject({ centre: 0.5, goes: 10 });
    expect(measureAt100([1, 2, 3, 5, 8, 13, 20, 48])).toMatchObject({ centre: 0.125, goes: 8 });
  });

  it('leaves out those that are so young that they may be closed in time as well', () => {
    const filled = [1, 2, 3, 5, 8, 13, 20, 28];
    const closed = [30, 40, 50, 60].map((at) => ({ at, after: 20 }));
    const { centre, goes, survivors } = measureAt100([...filled, 85, 90, 92, 95, 97, 99], closed);
    expect({ goes, survivors }).toEqual({ goes: 8, survivors: 14 });
    expect(centre).toBeCloseTo(0.125, 1);
  });

  it('counts those that came at one look as one', () => {
    expect(measureAt100([10, 10, 10, 50, 50, 50, 90, 90, 90])).toMatchObject({ centre: 0.5, goes: 3 });
    expect(measureAt100([10, 10, 40])).toMatchObject({ centre: 0.2, goes: 1.8 });
  });

  it('is not known where none stayed for long enough', () => {
    expect(measureAt100([90], [{ at: 10, after: 60 }])).toMatchObject({ centre: null, goes: 0 });
  });
});
