import type { OwnSource } from './source.ts';

/** The sockets that stand in no table, asked themselves through duplicates of their descriptors. @see pidfd_getfd(2) */
export const autopsy = {
  option: 'autopsy',
  counts: [],
  count({ evidence: { probes } }) {
    const { status, because, tookMs, looks } = probes;
    return { status, sockets: tookMs === null ? null : looks.size, tookMs, because };
  },
  missing({ isListed, evidence: { probes } }) {
    const { status, because, isChosen } = probes;
    if (!isListed || because === null) return [];
    if (!isChosen) return [{ what: 'probing of sockets (autopsy)', because, remedy: 'add autopsy to --sources' }];
    if (status === 'skipped') return [];
    const remedy =
      status === 'unavailable'
        ? 'npm install koffi, then inspect again'
        : 'run as root, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH';
    return [{ what: 'probing of sockets in no table (autopsy)', because, remedy }];
  },
  faults: () => [],
} as const satisfies OwnSource;
