import type { OwnSource } from './source.ts';

/**
 * The kernel's own walk over the open descriptors, by a BPF program: when the dead died, and of what, where something is dead; and the
 * descriptors themselves, where there are thousands, or this user may not list them otherwise.
 */
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
    if (dead.walk.lists === 'large') return [];
    if (dead.walk.lists === 'denied')
      return [{ what: 'the descriptors by the kernel’s own walk', because, remedy: remedy ?? 'run as root' }];
    const what = 'when the dead connections died (the kernel’s own walk)';
    return [{ what, because, remedy: remedy ?? 'two looks decide instead: --settle 60s' }];
  },
  faults: () => [],
} as const satisfies OwnSource;
