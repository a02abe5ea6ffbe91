import { it } from 'vitest';
import { runAttack } from '../e2e/attack/run-attack.ts';

const TIMEOUT = 900_000;

it.for([
  { script: 'autopsy-of-swapped-descriptor', title: 'sockets that become files whose server never answers' },
  { script: 'clock', title: 'a clock that jumps' },
  { script: 'costly-to-read', title: 'a million watches and locks behind one descriptor' },
  { script: 'report-fuse', title: 'histories whose server never answers' },
  { script: 'cost-of-a-hostile-target', title: 'thousands of tables, sets and descriptors' },
  { script: 'hooks', title: 'hooks and webhooks that hang, flood and redirect' },
  { script: 'little-memory', title: '64 MB of memory' },
  { script: 'unix-crowd', title: '97,500 unix sockets whose names hold rows' },
  { script: 'moving-descriptors', title: 'descriptors that change their numbers all the time' },
  { script: 'sigterm', title: 'thousands of sockets and files, when a watch is to end,' },
  { script: 'surroundings', title: 'few descriptors, no disk, closed output, forbidden calls' },
  { script: 'files-of-root', title: 'links, other files and rubbish where root writes' },
  { script: 'many-live-unlisted-sockets', title: 'thousands of live sockets in no table' },
])('$title do no harm', { timeout: TIMEOUT, tags: ['python3'] }, async ({ script }, context) => {
  await runAttack(context, script);
});
