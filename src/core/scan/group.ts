import type { Grouping, ScanGroup } from '../model/scan-group.ts';
import type { ScannedProcess } from '../model/scanned-process.ts';
import { byWeight, countStandings } from './standing.ts';
import { groupBy } from '../group-by.ts';

/** Puts processes together by what they belong to, the group with the worst member first: a sum alone hides who it is. */
export function groupProcesses(processes: readonly ScannedProcess[], by: Grouping): ScanGroup[] {
  return [...groupBy(processes, (one) => nameOf(one, by))]
    .flatMap(([name, all]) => toGroup(name, all) ?? [])
    .sort((a, b) => byWeight(a.worst, b.worst) || a.name.localeCompare(b.name));
}

function toGroup(name: string, members: readonly ScannedProcess[]): ScanGroup | null {
  const [worst] = members.toSorted(byWeight);
  if (worst === undefined) return null;
  const open = members.reduce<number | null>((sum, { open }) => (open === null ? sum : (sum ?? 0) + open), null);
  return { name, processes: members.length, open, standings: countStandings(members), worst };
}

const SHORT_ID = 12;

function nameOf({ unit, container, user, uid, comm }: ScannedProcess, by: Grouping): string {
  switch (by) {
    case 'unit':
      return unit ?? '(no unit)';
    case 'container':
      if (container === null) return '(no container)';
      return container.pod ?? (/^[0-9a-f]{64}$/.test(container.id) ? container.id.slice(0, SHORT_ID) : container.id);
    case 'user':
      return user ?? (uid === null ? '(unknown)' : `${uid}`);
    case 'name':
      return comm;
  }
}
