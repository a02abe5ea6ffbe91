import { it } from 'vitest';
import { runAttack } from '../e2e/attack/run-attack.ts';

const TIMEOUT = 900_000;

const ATTACKS = {
  'autopsy-of-swapped-descriptor': 'sockets that become files whose server never answers',
  clock: 'a clock that jumps',
  'costly-to-read': 'a million watches and locks behind one descriptor',
  'report-fuse': 'histories whose server never answers',
  'cost-of-a-hostile-target': 'thousands of tables, sets and descriptors',
  hooks: 'hooks and webhooks that hang, flood and redirect',
  'little-memory': '64 MB of memory',
  'unix-crowd': '97,500 unix sockets whose names hold rows',
  'moving-descriptors': 'descriptors that change their numbers all the time',
  sigterm: 'thousands of sockets and files, when a watch is to end,',
  surroundings: 'few descriptors, no disk, closed output, forbidden calls',
  'files-of-root': 'links, other files and rubbish where root writes',
  'many-live-unlisted-sockets': 'thousands of live sockets in no table',
};

it.for(Object.entries(ATTACKS).map(([script, title]) => ({ script, title })))(
  '$title do no harm',
  { timeout: TIMEOUT, tags: ['python3'] },
  async ({ script }, context) => {
    await runAttack(context, script);
  },
);
