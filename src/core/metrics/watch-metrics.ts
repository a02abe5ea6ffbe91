import { findNearestEnd } from '../trend/nearest-end.ts';
import { findGrowing } from '../alert/alert-document.ts';
import type { WatchState } from '../model/watch.ts';
import { toMoments } from '../words/limit-end.ts';
import { gauge, type Labels, type Metric, type MetricSample, toLabel } from './metric.ts';

const MOST_PLACES = 50;
const SECONDS_PER_HOUR = 3600;

/**
 * One tick of a watch as metrics, each with the label `target`: what was asked for, `port 8080`. Names of their own, beside those of a scan,
 * as a textfile collector reads both. What is not known has no series.
 */
export function toWatchMetrics(state: WatchState, name: string): Metric[] {
  const { at, pid, comm, sample, trends, byVerdict, oldOrphans, alerts, blind, history, quota } = state;
  const target = { target: toLabel(name) };
  const one = (value: number | null | undefined): MetricSample[] => (value == null ? [] : [{ labels: target, value }]);
  const total = trends.find(({ of }) => of === 'total');
  const end = findNearestEnd(trends, sample?.soft ?? null, quota);
  const info: Labels = { ...target, pid: `${pid}`, comm: toLabel(comm) };
  // Before the first full look there are no verdicts, and without the right to look there are none later.
  const counts = sample === null || blind !== null ? {} : byVerdict;
  return [
    gauge('fdleak_watch_up', 'Whether the last look saw the process.', one(sample === null ? 0 : 1)),
    gauge('fdleak_watch_timestamp_seconds', 'When the last look was, seconds since 1970.', one(at / 1000)),
    gauge(
      'fdleak_watch_process_info',
      'The process that is watched.',
      pid === null ? [] : [{ labels: info, value: 1 }],
    ),
    gauge('fdleak_watch_open_fds', 'Open descriptors of the process.', one(sample?.open)),
    gauge('fdleak_watch_max_fds', 'Its soft limit.', one(typeof sample?.soft === 'number' ? sample.soft : null)),
    gauge(
      'fdleak_watch_fds',
      'Open descriptors by verdict, as of the last full look.',
      Object.entries(counts).map(([verdict, value]) => ({ labels: { ...target, verdict }, value })),
    ),
    gauge(
      'fdleak_watch_place_fds',
      'Open descriptors of the places that grow, those that leak first.',
      findGrowing(state.places)
        .slice(0, MOST_PLACES)
        .map(({ place, what, judgement, open }) => ({
          labels: { ...target, place: toLabel(place), what: toLabel(what), judgement },
          value: open,
        })),
    ),
    gauge(
      'fdleak_watch_growth_fds_per_second',
      'How fast open descriptors grow.',
      one(total?.perHour == null ? null : total.perHour / SECONDS_PER_HOUR),
    ),
    gauge(
      'fdleak_watch_limit_reached_timestamp_seconds',
      'When the limit that comes first is reached at this pace, seconds since 1970.',
      one(end === null ? null : toMoments(end.hours, at).expected / 1000),
    ),
    gauge(
      'fdleak_watch_old_dead_sockets',
      'Dead sockets that were kept for longer than --orphan-age.',
      one(sample === null || blind !== null ? null : oldOrphans),
    ),
    gauge(
      'fdleak_watch_alerts',
      'Alerts that stand.',
      alerts.map(({ rule, severity }) => ({ labels: { ...target, rule, severity }, value: 1 })),
    ),
    gauge(
      'fdleak_watch_history_waiting',
      'Records that could not be written to the history yet.',
      one(history.waiting),
    ),
  ];
}
