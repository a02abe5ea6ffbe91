import type { OwnSource } from './source.ts';

/** The kernel's own walk over the open descriptors, by a BPF program: when the dead died, and of what. Asked only where something is dead. */
export const bpf = {
  option: 'bpf',
  counts: ['descriptors', 'sockets'],
  count({ evidence: { dead } }) {
    const { status, because, tookMs, descriptors, sockets } = dead.walk;
    return { status, because, tookMs, descriptors, sockets };
  },
  missing({ evidence: { dead } }) {
    const { status, because, remedy } = dead.walk;
    if (because === null || status === 'skipped') return [];
    const what = 'when the dead connections died (the kernel’s own walk)';
    return [{ what, because, remedy: remedy ?? 'two looks decide instead: --settle 60s' }];
  },
  faults: () => [],
} as const satisfies OwnSource;
