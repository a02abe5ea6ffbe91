import type { ScannedProcess } from '../model/scan.ts';
import { gauge, type Labels, type Metric, type MetricSample } from './metric.ts';
import type { ProcessGroup } from './process-groups.ts';

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
    for (const { family, ...sample } of own) families[family].push(sample);
    kept += 1;
  }
  return { kept, families: FAMILIES.map(([name, help]) => gauge(name, help, families[name])) };
}

type GroupSample = MetricSample & { readonly family: Family };

function toGroupSamples({ labels, members }: ProcessGroup): GroupSample[] {
  const samples: GroupSample[] = [{ family: 'fdleak_group_processes', labels, value: members.length }];
  const open = members.map((one) => one.open);
  if (open.every((count) => count !== null))
    samples.push({ family: 'fdleak_group_open_fds', labels, value: sum(open.map((count) => count ?? 0)) });
  for (const [verdict, value] of tally(members.map(({ byVerdict }) => byVerdict ?? {})))
    samples.push({ family: 'fdleak_group_fds', labels: { ...labels, verdict }, value });
  for (const [standing, value] of tally(members.map(({ standing }) => ({ [standing]: 1 }))))
    samples.push({ family: 'fdleak_group_standing_processes', labels: { ...labels, standing }, value });
  for (const [finding, value] of tally(
    members.map(({ findings }) => Object.fromEntries(findings.map((id) => [id, 1]))),
  ))
    samples.push({ family: 'fdleak_group_finding_processes', labels: { ...labels, finding }, value });
  const nearest = members.toSorted((a, b) => (b.utilization ?? -1) - (a.utilization ?? -1))[0];
  if (nearest?.utilization !== null && nearest?.utilization !== undefined)
    samples.push({ family: 'fdleak_group_fd_utilization_ratio_max', labels, value: nearest.utilization });
  samples.push(...toUse<Family>(nearest, labels, ['fdleak_group_worst_open_fds', 'fdleak_group_worst_max_fds']));
  return samples;
}

/** The open descriptors and the soft limit of one process, as far as they are known. */
export function toUse<Family extends string>(
  one: ScannedProcess | undefined,
  labels: Labels,
  [open, most]: readonly [Family, Family],
): (MetricSample & { readonly family: Family })[] {
  const samples: (MetricSample & { readonly family: Family })[] = [];
  if (one !== undefined && one.open !== null) samples.push({ family: open, labels, value: one.open });
  // No limit has no number.
  if (typeof one?.soft === 'number') samples.push({ family: most, labels, value: one.soft });
  return samples;
}

function tally(counts: readonly Readonly<Record<string, number | undefined>>[]): Map<string, number> {
  const all = new Map<string, number>();
  for (const one of counts)
    for (const [name, count] of Object.entries(one)) all.set(name, (all.get(name) ?? 0) + (count ?? 0));
  return all;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
