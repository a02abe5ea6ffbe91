import { UNLISTED } from './proc-fd.ts';
import { formatCount } from '../words/numbers.ts';
import type { OwnSource } from './source.ts';

/** The tables of every other network namespace that some process lives in, for sockets that the own do not list. */
export const namespaces = {
  option: 'proc',
  counts: [],
  count({ isListed, evidence: { tables }, held: { foreign } }) {
    if (!tables.namespacesSearched)
      return { status: 'skipped', because: isListed ? 'no socket was missing' : UNLISTED };
    const { namespacesDenied: denied } = tables;
    const counts = { sockets: foreign, matched: foreign, unmatched: 0 };
    if (denied === 0) return counts;
    return { ...counts, status: 'partial', because: sayDenied(denied) };
  },
  missing({ evidence: { tables } }) {
    if (tables.namespacesDenied === 0) return [];
    const because = sayDenied(tables.namespacesDenied);
    return [{ what: 'other network namespaces', because, remedy: 'run as root' }];
  },
  faults: () => [],
} as const satisfies OwnSource;

function sayDenied(processes: number): string {
  return `the network namespaces of ${formatCount(processes, 'process', 'processes')} could not be read`;
}
