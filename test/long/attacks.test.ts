import { it } from 'vitest';
import { runAttack } from '../e2e/attack/run-attack.ts';

const TIMEOUT = 900_000;

it.for([
  { script: 'files-of-root', title: 'links, other files and rubbish where root writes' },
  { script: 'many-live-unlisted-sockets', title: 'thousands of live sockets in no table' },
])('$title do no harm', { timeout: TIMEOUT, tags: ['python3'] }, async ({ script }, context) => {
  await runAttack(context, script);
});
