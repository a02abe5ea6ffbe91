import type { ScannedProcess } from '../model/scanned-process.ts';
import { gauge, type Metric, type MetricSample } from './metric.ts';
import type { ProcessGroup } from './process-groups.ts';
import { type FamilySample, toUse } from './family-sample.ts';

const MOST_SERIES = 5000;
/** What the families that are not by group may need: the worst processes, places, the scan itself. */
const RESERVED_SERIES = 500;

const FAMILIES = [
  ['fdleak_group_processes', 'Processes of a group.'],
  ['fdleak_group_open_fds', 'Open descriptors of a group; absent where one of its processes could not be counted.'],
  ['fdleak_group_fds', 'Open descriptors of a group by verdict, of the processes that were read.'],
  ['fdleak_group_standing_processes', 'Processes of a group by how the last scan judged them.'],
  ['fdleak_group_finding_processes', 'Processes of a group with a finding that is a warning or an error.'],
  [
    'fdleak_group_fd_utilization_ratio_max',
    'Open descriptors over the soft limit, of the process of a group that is nearest to it.',
  ],
  ['fdleak_group_worst_open_fds', 'Open descriptors of the process of a group that is nearest to its limit.'],
  ['fdleak_group_worst_max_fds', 'Soft limit of the process of a group that is nearest to it.'],
] as const;

type Family = (typeof FAMILIES)[number][0];

/** What is exported of each group, in their order, as long as there is room for all series of one; and how many were. */
export function toGroupMetrics(groups: readonly ProcessGroup[]): {
  readonly kept: number;
  readonly families: Metric[];
} {
  const families: Record<Family, MetricSample[]> = {
    fdleak_group_processes: [],
    fdleak_group_open_fds: [],
    fdleak_group_fds: [],
    fdleak_group_standing_processes: [],
    fdleak_group_finding_processes: [],
    fdleak_group_fd_utilization_ratio_max: [],
    fdleak_group_worst_open_fds: [],
    fdleak_group_worst_max_fds: [],
  };
  let [series, kept] = [0, 0];
  for (const group of groups) {
    const own = toGroupSamples(group);
    series += own.length;
    if (series > MOST_SERIES - RESERVED_SERIES) break;
    for (const { family, sample } of own) families[family].push(sample);
    kept += 1;
  }
  return { kept, families: FAMILIES.map(([name, help]) => gauge(name, help, families[name])) };
}

function toGroupSamples({ labels, members }: ProcessGroup): FamilySample<Family>[] {
  const samples: FamilySample<Family>[] = [];
  const add = (family: Family, value: number, of = labels): void => {
    samples.push({ family, sample: { labels: of, value } });
  };
  add('fdleak_group_processes', members.length);
  const open = sumOpen(members);
  if (open !== null) add('fdleak_group_open_fds', open);
  const [verdicts, standings, findings] = [
    new Map<string, number>(),
    new Map<string, number>(),
    new Map<string, number>(),
  ];
  for (const one of members) {
    for (const [verdict, count] of Object.entries(one.byVerdict ?? {})) raise(verdicts, verdict, count);
    raise(standings, one.standing, 1);
    for (const id of new Set(one.findings)) raise(findings, id, 1);
  }
  for (const [verdict, value] of verdicts) add('fdleak_group_fds', value, { ...labels, verdict });
  for (const [standing, value] of standings) add('fdleak_group_standing_processes', value, { ...labels, standing });
  for (const [finding, value] of findings) add('fdleak_group_finding_processes', value, { ...labels, finding });
  const nearest = members.reduce((a, b) => ((b.utilization ?? -1) > (a.utilization ?? -1) ? b : a));
  if (nearest.utilization !== null) add('fdleak_group_fd_utilization_ratio_max', nearest.utilization);
  return [...samples, ...toUse<Family>(nearest, labels, ['fdleak_group_worst_open_fds', 'fdleak_group_worst_max_fds'])];
}

/** null where one of them could not be counted. */
function sumOpen(members: readonly ScannedProcess[]): number | null {
  let sum = 0;
  for (const { open } of members) {
    if (open === null) return null;
    sum += open;
  }
  return sum;
}

function raise(counts: Map<string, number>, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}
