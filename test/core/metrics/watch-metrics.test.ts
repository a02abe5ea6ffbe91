import { describe, expect, it } from 'vitest';
import { toWatchMetrics } from '../../../src/core/metrics/watch-metrics.ts';
import type { WatchState } from '../../../src/core/model/watch.ts';
import { LEAK } from '../alert/subject.ts';
import { aWatchState } from '../../watch-state-builder.ts';

const STATE = aWatchState({
  oldOrphans: 3,
  trends: [
    {
      subject: 'total',
      of: 'total',
      growth: 'growing',
      perHour: 3600,
      perHourLow: 3000,
      perHourHigh: 4000,
      shape: 'slope',
      hoursToLimit: { low: 1, expected: 2, high: 3 },
      because: '',
    },
  ],
  places: [LEAK],
  alerts: [{ id: 'near-limit-x', rule: 'near-limit', severity: 'critical', openedAt: 30_000, because: '980 of 1024' }],
});

/** `fdleak_watch_open_fds` or `fdleak_watch_fds{orphaned}`, each with its value. */
function valuesOf(differs: Partial<WatchState>): Record<string, number> {
  const metrics = toWatchMetrics({ ...STATE, ...differs }, 'port 8080');
  const all = metrics.flatMap(({ name, samples }) =>
    samples.map(({ labels: { target, ...labels }, value }) => {
      expect(target).toBe('port 8080');
      return [[name.replace('fdleak_watch_', ''), ...Object.values(labels)].join(' '), value] as const;
    }),
  );
  return Object.fromEntries(all);
}

describe('toWatchMetrics', () => {
  it('tells what a look saw, in base units', () => {
    expect(valuesOf({ places: [] })).toEqual({
      up: 1,
      timestamp_seconds: 60,
      'process_info 42 nginx': 1,
      open_fds: 980,
      max_fds: 1024,
      'fds orphaned': 40,
      'fds listening': 9,
      growth_fds_per_second: 1,
      limit_reached_timestamp_seconds: 7260,
      old_dead_sockets: 3,
      'alerts near-limit critical': 1,
      history_waiting: 3,
    });
  });

  it('tells the places that grow, with what each was judged', () => {
    expect(valuesOf({})).toHaveProperty([`place_fds ${LEAK.place} ${LEAK.what} leak`], LEAK.open);
  });

  it('has no counts of a process that was not there, and says so', () => {
    const { up, ...rest } = valuesOf({ sample: null, pid: null, trends: [], places: [], alerts: [] });
    expect([up, Object.keys(rest)]).toEqual([0, ['timestamp_seconds', 'history_waiting']]);
  });

  it('has no verdicts and no dead sockets where descriptors were only counted, and no number for no limit', () => {
    const blind = { because: 'denied', remedy: 'run as root' };
    const sample = { at: 60_000, segment: 1, open: 980, soft: 'unlimited', hard: null, full: null } as const;
    const names = Object.keys(valuesOf({ blind, sample }));
    expect(names).toContain('open_fds');
    expect(names.filter((name) => /^(fds|max_fds|old_dead)/.test(name))).toEqual([]);
  });
});
