import type { QuotaUse } from '../model/quota.ts';
import type { Scan } from '../model/scan.ts';
import type { ScannedProcess, ScanPlace } from '../model/scanned-process.ts';
import { parseIso } from '../parse/iso-time.ts';
import { toGroupMetrics } from './group-metrics.ts';
import { toUse } from './family-sample.ts';
import { gauge, type Labels, type Metric, type MetricSample, toLabel } from './metric.ts';
import { groupForMetrics, labelsOf, type ProcessGroup } from './process-groups.ts';

export interface MetricsRequest {
  /** Scans that failed since the start. */
  readonly errors: number;
  /** Whether places, which name paths and peers, may be told. */
  readonly showsPlaces: boolean;
  /** Quotas of users, as they were read last. */
  readonly quotas: readonly QuotaUse[];
  /** How long ago the oldest look was that is told of; null where there is none. */
  readonly oldestLookMs: number | null;
}

const WORST_PROCESSES = 20;
const MOST_PLACES = 200;

/** One scan as metrics: at most 5,000 series, the groups with the worst members kept where there are more. */
export function toScanMetrics(scan: Scan, { errors, showsPlaces, quotas, oldestLookMs }: MetricsRequest): Metric[] {
  const groups = groupForMetrics(scan.processes);
  const { kept, families } = toGroupMetrics(groups);
  const places = showsPlaces ? toPlaces(groups) : [];
  const { standings, ...looks } = scan.summary;
  const takenAt = parseIso(scan.takenAt);
  return [
    gauge('fdleak_build_info', 'Version of fdleak.', [{ labels: { version: scan.version }, value: 1 }]),
    gauge(
      'fdleak_scan_timestamp_seconds',
      'When the last scan began, seconds since 1970.',
      takenAt === null ? [] : [plain(takenAt / 1000)],
    ),
    gauge('fdleak_scan_duration_seconds', 'How long the last scan took.', [plain(scan.tookMs / 1000)]),
    gauge(
      'fdleak_scan_oldest_look_seconds',
      'Age of the oldest look that a verdict rests on.',
      oldestLookMs === null ? [] : [plain(oldestLookMs / 1000)],
    ),
    counter('fdleak_scan_errors_total', 'Scans that failed since fdleak started.', [plain(errors)]),
    gauge(
      'fdleak_scan_processes',
      'Processes by how the last scan judged them.',
      Object.entries(standings).map(([standing, value]) => ({ labels: { standing }, value })),
    ),
    gauge('fdleak_scan_unread_processes', 'Processes whose descriptors were not read, by reason.', [
      { labels: { reason: 'denied' }, value: looks.denied },
      { labels: { reason: 'not_reached' }, value: looks.notReached },
    ]),
    ...families,
    gauge('fdleak_groups_dropped', 'Groups without series, as there would be too many.', [plain(groups.length - kept)]),
    gauge(
      'fdleak_group_place_fds',
      'Open descriptors of a group at one place, the heaviest places.',
      places.slice(0, MOST_PLACES).map(({ group, place, value }) => ({ labels: { ...group, place }, value })),
    ),
    gauge(
      'fdleak_places_dropped',
      'Places without a series.',
      showsPlaces ? [plain(Math.max(0, places.length - MOST_PLACES))] : [],
    ),
    ...toWorst(scan.processes),
    ...toQuotas(scan, quotas),
  ];
}

/** The processes that are nearest to their limits, by pid: for a person who looks now, not for an alert. */
function toWorst(processes: readonly ScannedProcess[]): Metric[] {
  const worst = processes.toSorted((a, b) => (b.utilization ?? -1) - (a.utilization ?? -1)).slice(0, WORST_PROCESSES);
  const samples = worst.flatMap((one) => toUse(one, { pid: `${one.pid}`, ...labelsOf(one) }, ['open', 'most']));
  const of = (wanted: 'open' | 'most'): MetricSample[] =>
    samples.flatMap(({ family, sample }) => (family === wanted ? [sample] : []));
  return [
    gauge('fdleak_top_process_open_fds', 'Open descriptors of the processes nearest to their limits.', of('open')),
    gauge('fdleak_top_process_max_fds', 'Soft limits of the processes nearest to them.', of('most')),
  ];
}

interface GroupPlace {
  readonly group: Labels;
  readonly place: string;
  readonly value: number;
}

/** The heaviest first. */
function toPlaces(groups: readonly ProcessGroup[]): GroupPlace[] {
  const all: GroupPlace[] = [];
  for (const { labels, members } of groups) {
    const counts = new Map<string, number>();
    for (const { places } of members)
      for (const place of places) {
        const said = sayPlace(place);
        counts.set(said, (counts.get(said) ?? 0) + place.count);
      }
    for (const [place, value] of counts) all.push({ group: labels, place, value });
  }
  return all.sort((a, b) => b.value - a.value);
}

function sayPlace({ what, where }: ScanPlace): string {
  return toLabel(where === null ? what : `${what} ${where}`);
}

const MOST_QUOTAS = 100;

/** Limits of the machine and of its users, not of one process. The users who are nearest to theirs come first. */
function toQuotas({ machine, processes }: Scan, quotas: readonly QuotaUse[]): Metric[] {
  const names = new Map(processes.map(({ uid, user }) => [uid, user]));
  const labels = { quota: 'fs.file-max', user: '' };
  const rows = quotas
    .toSorted((a, b) => b.used / b.limit - a.used / a.limit)
    .slice(0, MOST_QUOTAS)
    .map(({ name, uid, used, limit }) => ({
      labels: { quota: name, user: toLabel(names.get(uid) ?? `${uid}`) },
      used,
      limit,
    }))
    .filter(({ labels: { quota, user } }, at, all) => {
      // Two numbers may have one name in /etc/passwd, and the same series twice would cost the whole scrape.
      return all.findIndex(({ labels }) => labels.quota === quota && labels.user === user) === at;
    });
  const of = (value: number | null): MetricSample[] => (value === null ? [] : [{ labels, value }]);
  return [
    gauge('fdleak_quota_used', 'What is used of a quota of the machine or of a user.', [
      ...of(machine.open),
      ...rows.map((row) => ({ labels: row.labels, value: row.used })),
    ]),
    gauge('fdleak_quota_limit', 'How much a quota allows.', [
      ...of(machine.most),
      ...rows.map((row) => ({ labels: row.labels, value: row.limit })),
    ]),
  ];
}

function plain(value: number): MetricSample {
  return { labels: {}, value };
}

function counter(name: string, help: string, samples: readonly MetricSample[]): Metric {
  return { ...gauge(name, help, samples), type: 'counter' };
}
