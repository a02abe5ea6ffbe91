import { copyFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../src/core/model/history.ts';
import { openWriter } from '../../src/store/open-history.ts';
import { DEFAULT_RETENTION } from '../../src/store/retention.ts';
import { makeFolder, mustRead, mustWrite, OPTIONS, valueOf } from './temporary.ts';
import { aLife, aLook, anAlert, aSample, aSegment, aTick, OWNER, START, tickAt } from './tick-builder.ts';

const DAY = 86_400_000;

describe('a history', () => {
  it('gives back all that a tick brought', async () => {
    const path = join(makeFolder(), 'h.db');
    const events: HistoryEvent[] = [
      { kind: 'segment', at: START, segment: 1, because: 'first look' },
      { kind: 'gap', at: START, from: START - 5000, until: START, because: 'the machine slept' },
      { kind: 'note', at: START, because: 'full looks every 60 s from now on' },
    ];
    const evidence = [{ at: START, alert: 'orphans-1', json: '{"schema":"fdleak.inspection/1"}' }];
    const tick = aTick({ segments: [aSegment()], events, lives: [aLife()], alerts: [anAlert()], evidence });
    const writer = await mustWrite(path);
    expect(writer.commit([tick])).toEqual({ kind: 'committed' });
    writer.close();

    const reader = await mustRead(path);
    const stored = reader.snapshot((history) => ({
      segments: history.segments(),
      samples: history.samples(0),
      last: history.lastSample(),
      events: history.events(0),
      lives: history.lives({ by: 'all' }),
      alerts: history.alerts(0),
      evidence: history.evidence('orphans-1'),
      owner: history.owner(),
      lastLife: history.lastLife(),
    }));
    expect(valueOf(stored)).toEqual({
      segments: tick.segments,
      samples: [tick.sample],
      last: tick.sample,
      events,
      lives: tick.lives,
      alerts: tick.alerts,
      evidence,
      owner: null,
      lastLife: 1,
    });
  });

  it('gives back any counts, names, limits and missing looks', async () => {
    const writer = await mustWrite(join(makeFolder(), 'h.db'));
    const counts = fc.dictionary(
      fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
      fc.integer({ min: 1, max: 1_100_000 }),
      {
        noNullPrototype: true,
      },
    );
    const limit = fc.oneof(
      fc.constant(null),
      fc.constant('unlimited' as const),
      fc.integer({ min: 0, max: 1_073_741_816 }),
    );
    const churn = fc.option(fc.nat());
    const look = fc.option(
      fc.record({
        byVerdict: counts,
        byKind: counts,
        byPlace: fc.constant(null),
        moved: fc.constant({}),
        opened: churn,
        closed: churn,
      }),
    );
    let at = START;
    fc.assert(
      fc.property(fc.nat(), limit, limit, look, (open, soft, hard, full) => {
        const sample = aSample({ at: (at += 1000), open, soft, hard, full });
        expect(writer.commit([aTick({ sample })])).toEqual({ kind: 'committed' });
        expect(writer.stored.lastSample()).toEqual(sample);
      }),
      { numRuns: 200 },
    );
    writer.close();
  });

  it('keeps two samples of one millisecond', async () => {
    const writer = await mustWrite(join(makeFolder(), 'h.db'));
    writer.commit([tickAt(1, { open: 1 }), tickAt(1, { open: 2 })]);
    expect(writer.stored.samples(0).map(({ at, open }) => [at - START, open])).toEqual([
      [10_000, 1],
      [10_001, 2],
    ]);
    writer.close();
  });

  it('replaces a life that changed and finds it by number, by inode and while it is open', async () => {
    const writer = await mustWrite(join(makeFolder(), 'h.db'));
    const verdicts = [
      { at: START, verdict: 'established' },
      { at: START + 60_000, verdict: 'orphaned' },
    ];
    const grown = aLife({ verdicts, suspect: true, remote: null });
    const other = aLife({ id: 2, fd: 43, inode: '8', lastSeen: START + 9 });
    writer.commit([aTick({ lives: [aLife(), other] }), aTick({ sample: null, lives: [grown] })]);
    const { stored } = writer;
    expect(stored.lives({ by: 'all' })).toEqual([grown, other]);
    expect(stored.lives({ by: 'open' })).toEqual([grown]);
    expect(stored.lives({ by: 'suspect' })).toEqual([grown]);
    expect(stored.lives({ by: 'fd', fd: 43 })).toEqual([other]);
    expect(stored.lives({ by: 'inode', inode: '3126838341' })).toEqual([grown]);
    writer.close();
  });

  it('keeps the first and the latest verdicts of a descriptor that flaps', async () => {
    const writer = await mustWrite(join(makeFolder(), 'h.db'));
    const verdicts = Array.from({ length: 500 }, (_, n) => ({
      at: START + n,
      verdict: n % 2 === 0 ? 'bound' : 'fresh',
    }));
    writer.commit([aTick({ lives: [aLife({ verdicts })] })]);
    const [life] = writer.stored.lives({ by: 'all' });
    expect(life?.verdicts).toEqual([...verdicts.slice(0, 1), ...verdicts.slice(-31)]);
    writer.close();
  });

  it('is in the file itself, without its log, to ten minutes before', async () => {
    const path = join(makeFolder(), 'h.db');
    const writer = await mustWrite(path);
    for (const n of [0, 30, 59, 61, 90]) writer.commit([tickAt(n)]);
    const copy = `${path}.copy`;
    copyFileSync(path, copy);
    const reader = await mustRead(copy);
    expect(valueOf(reader.snapshot((history) => history.lastSample()?.at))).toBe(tickAt(61).sample?.at);
  });

  it('stores nothing of a batch that breaks off', async () => {
    const path = join(makeFolder(), 'h.db');
    const writer = await mustWrite(path);
    const broken = aTick({
      lives: [
        {
          ...aLife({ id: 7 }),
          get target(): string {
            throw new TypeError('a bug');
          },
        },
      ],
    });
    expect(() => writer.commit([tickAt(1), broken])).toThrow('a bug');
    expect(writer.stored.samples(0)).toEqual([]);
    expect(writer.commit([tickAt(2)])).toEqual({ kind: 'committed' });
    writer.close();
  });
});

describe('roll-ups', () => {
  it('hold minimum, median and maximum of ten minutes, once they are over', async () => {
    const writer = await mustWrite(join(makeFolder(), 'h.db'));
    for (let n = 0; n <= 60; n += 1) {
      const orphaned = n % 3;
      const full = n % 2 === 0 ? aLook({ byVerdict: { orphaned }, byKind: { socket: 5 } }) : null;
      expect(writer.commit([tickAt(n, { full })])).toEqual({ kind: 'committed' });
    }
    expect(writer.stored.rollups(0, Infinity)).toEqual([
      {
        at: START,
        segment: 1,
        samples: 60,
        open: { min: 73, median: 102, max: 132 },
        soft: 1024,
        hard: 524_288,
        fullLooks: 30,
        byVerdict: { orphaned: { min: 0, median: 1, max: 2 } },
        byKind: { socket: { min: 5, median: 5, max: 5 } },
        byPlace: {
          'tcp accepted on :8080': { min: 52, median: 52, max: 52 },
          '/etc/hostname': { min: 9, median: 9, max: 9 },
        },
        moved: { 'tcp accepted on :8080': [90, 60] },
        opened: 90,
        closed: 60,
      },
    ]);
    writer.close();
  });

  it('are made up for by the next watch where one was killed', async () => {
    const path = join(makeFolder(), 'h.db');
    const killed = await mustWrite(path);
    killed.commit(Array.from({ length: 50 }, (_, n) => tickAt(n)));
    const next = await mustWrite(path);
    next.commit([tickAt(200)]);
    expect(next.stored.rollups(0, Infinity)).toMatchObject([{ at: START, samples: 50 }]);
    next.close();
  });

  it('are made again for an interval that a clock set back went through twice', async () => {
    const writer = await mustWrite(join(makeFolder(), 'h.db'));
    writer.commit([tickAt(0), tickAt(61), tickAt(121)]);
    writer.commit([tickAt(70), tickAt(130), tickAt(190)]);
    expect(writer.stored.rollups(0, Infinity).map(({ at, samples }) => [(at - START) / 600_000, samples])).toEqual([
      [0, 1],
      [1, 2],
      [2, 2],
    ]);
    writer.close();
  });
});

describe('retention', () => {
  it('keeps samples for seven days and their roll-ups after that', async () => {
    const writer = await mustWrite(join(makeFolder(), 'h.db'));
    for (let hour = 0; hour < 24 * 9; hour += 1) writer.commit([tickAt(hour * 360)]);
    const [oldest] = writer.stored.samples(0);
    expect((START + (24 * 9 - 1) * 3_600_000 - (oldest?.at ?? 0)) / DAY).toBe(7);
    expect(writer.stored.rollups(0, Infinity)).toHaveLength(24 * 9 - 1);
    writer.close();
  });

  it('keeps the latest ended lives, suspects apart, and every open one', async () => {
    const keep = { ...DEFAULT_RETENTION, lives: 10, suspectLives: 20 };
    const writer = await mustWrite(join(makeFolder(), 'h.db'), { keep });
    const ended = (id: number, suspect: boolean) => aLife({ id, suspect, lastSeen: START + id });
    const lives = [
      ...Array.from({ length: 50 }, (_, i) => ended(i + 1, false)),
      ...Array.from({ length: 50 }, (_, i) => ended(i + 51, true)),
      ...Array.from({ length: 50 }, (_, i) => aLife({ id: i + 101 })),
    ];
    writer.commit([aTick({ lives })]);
    writer.commit([tickAt(1000)]);
    const kept = writer.stored.lives({ by: 'all' }).map(({ id }) => id);
    expect(kept).toEqual([...range(41, 50), ...range(81, 100), ...range(101, 150)]);
    writer.close();
  });

  it('drops the oldest evidence beyond its bytes, and the oldest samples beyond those of the file', async () => {
    const path = join(makeFolder(), 'h.db');
    const writer = await mustWrite(path, { keep: { ...DEFAULT_RETENTION, evidenceBytes: 200, fileBytes: 100_000 } });
    const bundle = (n: number) => ({ at: START + n, alert: 'a', json: JSON.stringify({ n, text: 'x'.repeat(500) }) });
    writer.commit([aTick({ evidence: Array.from({ length: 20 }, (_, n) => bundle(n)) })]);
    for (let n = 0; n < 200; n += 1) writer.commit(Array.from({ length: 60 }, (_, i) => tickAt(n * 60 + i)));
    const kept = writer.stored.evidence('a').map(({ at }) => at - START);
    expect(kept.length).toBeLessThan(8);
    expect(kept.at(-1)).toBe(19);
    expect(writer.stored.samples(0).length).toBeLessThan(4000);
    expect(writer.stored.rollups(0, Infinity).length).toBeGreaterThanOrEqual(199);
    writer.close();
    expect(statSync(path).size).toBeLessThan(400_000);
  });
});

describe('the owner', () => {
  it('refuses a second watch and names the first, while it runs', async () => {
    const path = join(makeFolder(), 'h.db');
    const first = await mustWrite(path);
    const second = { pid: 77, startTicks: 1, bootId: 'boot-1' };
    expect(await openWriter(path, { owner: second, isRunning: () => true })).toEqual({ kind: 'owned', pid: 4242 });
    expect(first.commit([tickAt(1)])).toEqual({ kind: 'committed' });
    first.close();
    expect(await openWriter(path, { owner: second, isRunning: () => true })).toMatchObject({ kind: 'opened' });
  });

  it('is asked for by pid, start and boot', async () => {
    const path = join(makeFolder(), 'h.db');
    await mustWrite(path);
    const asked: unknown[] = [];
    await openWriter(path, { owner: { ...OWNER, startTicks: 2 }, isRunning: (owner) => asked.push(owner) > 9 });
    expect(asked).toEqual([OWNER, OWNER]);
  });

  it('that was taken for dead writes no more', async () => {
    const path = join(makeFolder(), 'h.db');
    const first = await mustWrite(path);
    const second = await mustWrite(path, { owner: { pid: 77, startTicks: 1, bootId: 'boot-1' } });
    expect(first.commit([tickAt(1)])).toMatchObject({ kind: 'fault', is: 'lost' });
    expect(second.commit([tickAt(2)])).toEqual({ kind: 'committed' });
    first.close();
    expect(second.commit([tickAt(3)])).toEqual({ kind: 'committed' });
    second.close();
  });

  it('may open again what it holds', async () => {
    const path = join(makeFolder(), 'h.db');
    await mustWrite(path);
    expect(await openWriter(path, { ...OPTIONS, isRunning: () => true })).toMatchObject({ kind: 'opened' });
  });
});

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
