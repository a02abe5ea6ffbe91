import { it } from 'vitest';
import { runAttack } from './attack/run-attack.ts';

const TIMEOUT = 600_000;

// docs/security.md makes the promise that these hold; the slow ones are in test/long.
it.for<{ readonly script: string; readonly args?: readonly string[]; readonly title: string }>([
  { script: 'cmdline-prctl', title: 'a command line of gigabytes' },
  { script: 'costly-to-read', args: ['locks'], title: 'a file of thousands of locks, thousands of times' },
  { script: 'fuse-overlay-stat', title: 'a file whose server never answers, below an overlay' },
  { script: 'patterns-of-the-operator', title: 'names and paths that were made for the pattern' },
  { script: 'sigterm', args: ['slow ss'], title: 'an ss that does not end, when a watch is to end,' },
  { script: 'successor', title: 'a stranger that takes the name of a service' },
  {
    script: 'surroundings',
    args: ['seccomp getsockopt', 'seccomp getsockname', 'ulimit -n 2', 'watch, ulimit -n 2', 'report, ulimit -n 2'],
    title: 'a filter that forbids to ask sockets, and few descriptors',
  },
  { script: 'who-is-the-unit', title: 'a stranger that names his cgroup like a unit' },
])('$title does no harm', { timeout: TIMEOUT, tags: ['python3'] }, async ({ script, args }, context) => {
  await runAttack(context, script, args);
});
