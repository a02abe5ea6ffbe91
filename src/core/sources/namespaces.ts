import { UNLISTED } from './proc-fd.ts';
import type { OwnSource } from './source.ts';

/** The tables of every other network namespace that some process lives in, for sockets that the own do not list. */
export const namespaces = {
  option: 'proc',
  counts: [],
  count({ isListed, evidence: { tables }, held: { foreign } }) {
    if (!tables.namespacesSearched)
      return { status: 'skipped', because: isListed ? 'no socket was left to look for' : UNLISTED };
    const { namespacesDenied: denied } = tables;
    const counts = { sockets: foreign, matched: foreign, unmatched: 0 };
    if (denied === 0) return counts;
    return { ...counts, status: 'partial', because: `the namespace of ${denied} processes could not be told` };
  },
  missing({ evidence: { tables } }) {
    if (tables.namespacesDenied === 0) return [];
    const because = `the namespaces of ${tables.namespacesDenied} processes could not be told`;
    return [{ what: 'other network namespaces', because, remedy: 'run as root' }];
  },
  faults: () => [],
} as const satisfies OwnSource;
