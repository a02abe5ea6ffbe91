import type { WatchState } from '../src/core/model/watch.ts';

/** A watch of nginx near its limit, with nothing to say yet but what `differs` adds. */
export function aWatchState(differs: Partial<WatchState> = {}): WatchState {
  return {
    at: 60_000,
    startedAt: 0,
    intervalMs: 10_000,
    quota: null,
    host: 'micro-server',
    cmdline: null,
    ticks: 7,
    blind: null,
    pid: 42,
    comm: 'nginx',
    fullEvery: 1,
    oldOrphans: 0,
    recent: [],
    sample: { at: 60_000, segment: 1, open: 980, soft: 1024, hard: 4096, full: null },
    byVerdict: { orphaned: 40, listening: 9 },
    firstByVerdict: {},
    trends: [],
    suspects: [],
    openLives: () => [],
    places: [],
    atLimit: null,
    groups: [],
    events: [],
    alerts: [],
    history: { path: '/h.db', sizeBytes: 2048, waiting: 3, dropped: 0, trouble: null },
    ...differs,
  };
}
