import { it } from 'vitest';
import { runAttack } from './attack/run-attack.ts';

// Against either SQLite, that of Node's package and that inside the single file.
it.for<{ readonly script: string; readonly args?: readonly string[]; readonly title: string }>([
  { script: 'report-fuse', args: ['read'], title: 'a history whose server never answers' },
  { script: 'report-hostile-sqlite', title: 'a history that a stranger made' },
])('$title does no harm', { timeout: 600_000, tags: ['python3'] }, async ({ script, args }, context) => {
  await runAttack(context, script, args);
});
