import { it } from 'vitest';
import { runAttack } from './attack/run-attack.ts';

const TIMEOUT = 600_000;

// docs/security.md makes the promise that these hold; the slow ones are in test/long.
it.for([
  { script: 'cmdline-prctl', title: 'a command line of gigabytes' },
  { script: 'fuse-overlay-stat', title: 'a file whose server never answers, below an overlay' },
  { script: 'patterns-of-the-operator', title: 'names and paths that were made for the pattern' },
  { script: 'report-hostile-sqlite', title: 'a history that a stranger made' },
  { script: 'successor', title: 'a stranger that takes the name of a service' },
  { script: 'who-is-the-unit', title: 'a stranger that names his cgroup like a unit' },
])('$title does no harm', { timeout: TIMEOUT, tags: ['python3'] }, async ({ script }, context) => {
  await runAttack(context, script);
});
