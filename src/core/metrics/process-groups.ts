import type { ScannedProcess } from '../model/scanned-process.ts';
import { byWeight } from '../scan/standing.ts';
import { type Labels, toLabel } from './metric.ts';

/** Processes that a dashboard shows as one: the same name in the same unit or container. Its worst member comes first. */
export interface ProcessGroup {
  readonly labels: Labels;
  readonly members: readonly ScannedProcess[];
}

/** Groups of processes, the one with the worst member first. Names stay over restarts, pids do not. */
export function groupForMetrics(processes: readonly ScannedProcess[]): ProcessGroup[] {
  const groups = new Map<string, { readonly labels: Labels; readonly members: ScannedProcess[] }>();
  for (const one of processes.toSorted(byWeight)) {
    const labels = labelsOf(one);
    const key = JSON.stringify(labels);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { labels, members: [one] });
    else known.members.push(one);
  }
  return [...groups.values()];
}

/** The labels of a group; empty text where there is no unit or container. */
export function labelsOf({ comm, unit, container }: ScannedProcess): Labels {
  return {
    comm: toLabel(comm),
    unit: toLabel(unit ?? ''),
    container_id: toLabel(container?.id ?? ''),
    pod_uid: toLabel(container?.podUid ?? ''),
  };
}
