import type { FieldCase } from './cases.ts';

/** Healthy programs that hold many of what others leak: none is accused. */
export const HEALTHY: readonly FieldCase[] = [
  ...[
    'browser',
    'dotnet_watchers',
    'one_watcher',
    'loops',
    'supervisor',
    'multiplexer',
    'masters_waiting',
    'downloads',
    'resolver',
    'sse',
    'prefork',
    'zygote',
    'short_children',
    'pidfd_children',
    'mapped',
    'spare_sockets',
    'mptcp_passing',
    'mptcp_streams',
    'unix_passing',
    'two_passing',
    'pool_ended',
    'busy_timers',
    'idle_timers',
    'kafka_deleted',
  ].map((name): FieldCase => ({ file: 'healthy.py', args: [name], tools: ['python3'], says: ['^OK '], afterMs: 500 })),
  { file: 'healthy.py', args: ['netns_agent'], tools: ['python3'], needsRoot: true, says: ['^OK '] },
  { file: 'at-rest.mjs', tools: [], says: ['^OK ', '1  listening'], never: ['no timer'] },
];
