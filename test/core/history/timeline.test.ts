import { expect, it } from 'vitest';
import { type Clocks, Timeline } from '../../../src/core/history/timeline.ts';

const START: Clocks = { wallMs: 1_000_000, monotonicMs: 5000, bootMs: 9000 };

/** The clocks after `ranMs` of running and `sleptMs` of sleep, with the wall clock set by `setMs`. */
function after(ranMs: number, { sleptMs = 0, setMs = 0 } = {}): Clocks {
  return {
    wallMs: START.wallMs + ranMs + sleptMs + setMs,
    monotonicMs: START.monotonicMs + ranMs,
    bootMs: 9000 + ranMs + sleptMs,
  };
}

it.each([
  { title: 'an even tick', now: after(1000), at: 1_001_000, because: null, note: null },
  { title: 'a tick that is a little late', now: after(3500), at: 1_003_500, because: null, note: null },
  {
    title: 'ticks that were missed',
    now: after(60_000),
    at: 1_060_000,
    because: 'no look for 60 s: the watch itself was stopped',
    note: null,
  },
  {
    title: 'a machine that slept',
    now: after(1000, { sleptMs: 3_600_000 }),
    at: 4_601_000,
    because: 'the machine was suspended for 3600 s',
    note: null,
  },
  {
    title: 'a clock set forward',
    now: after(1000, { setMs: 7_200_000 }),
    at: 1_001_000,
    because: null,
    note: 'the clock was set forward by 7200 s; timestamps continue without going back',
  },
  {
    title: 'a clock set back',
    now: after(1000, { setMs: -7_200_000 }),
    at: 1_001_000,
    because: null,
    note: 'the clock was set back by 7200 s; timestamps continue without going back',
  },
  { title: 'a clock that is adjusted', now: after(1000, { setMs: 300 }), at: 1_001_000, because: null, note: null },
  {
    title: 'a machine that does not tell its uptime',
    now: { ...after(1000), bootMs: null },
    at: 1_001_000,
    because: null,
    note: null,
  },
])('$title', ({ now, at, because, note }) => {
  const moment = new Timeline(START, 1000, null).advance(now);
  expect({ at: moment.at, because: moment.gap?.because ?? null, note: moment.note }).toEqual({ at, because, note });
});

it('says where a gap begins and ends', () => {
  const { gap } = new Timeline(START, 1000, null).advance(after(60_000));
  expect(gap).toMatchObject({ from: 1_000_000, until: 1_060_000 });
});

it('tells each setting of the clock once', () => {
  const timeline = new Timeline(START, 1000, null);
  timeline.advance(after(1000, { setMs: 77_760_000_000 }));
  expect(timeline.advance(after(2000, { setMs: 77_760_000_000 })).note).toBeNull();
  expect(timeline.advance(after(3000))).toMatchObject({
    at: 1_003_000,
    note: 'the clock was set back by 77760000 s; timestamps continue without going back',
  });
});

it('does not run ahead by the steps of the clock since boot', () => {
  const timeline = new Timeline(START, 1000, null);
  for (let tick = 1; tick < 1000; tick += 1)
    timeline.advance({ ...after(tick * 1000), bootMs: 9000 + tick * 1000 + (tick % 2) * 10 });
  expect(timeline.advance(after(1_000_000)).at).toBe(2_000_000);
});

it('does not go back behind the last moment of the watch before', () => {
  expect(new Timeline(START, 1000, 2_000_000).at).toBe(2_000_001);
});

it('does not believe a clock by which a process was seen before it began', () => {
  const timeline = new Timeline(START, 1000, 500_000, 20_000);
  expect(timeline.at).toBe(520_000);
  expect(timeline.advance(after(1000)).note).toBe(
    'the clock was set forward by 480 s; timestamps continue without going back',
  );
});
