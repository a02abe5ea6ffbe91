import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { addLimits } from '../../src/cli/commands/limits.ts';
import type { ToolRun } from '../../src/core/model/reading.ts';
import { worldOf } from '../app/world.ts';
import { aProcess, writeEntry, writeTree } from '../collect/proc-tree.ts';
import { limitLine, LIMITS_HEADER, table } from '../lines.ts';
import { runCommand } from './run.ts';

const RAISED = table(LIMITS_HEADER, limitLine({ soft: '2048', hard: '4096' }));
const LATE: ToolRun = { kind: 'timed-out', afterMs: 10_000 };
const RAN: ToolRun = { kind: 'ran', stdout: '', stderr: '', tookMs: 2 };

it.each<{ why: string; ran: ToolRun; happens: (root: string) => void; says: string }>([
  {
    why: 'a prlimit that did nothing in time',
    ran: LATE,
    happens: () => undefined,
    says: 'the limit of process 4242 is unchanged: prlimit was still running after 10 s',
  },
  {
    why: 'a prlimit that raised it, and did not end',
    ran: LATE,
    happens: (root) => writeEntry(root, '4242/limits', RAISED),
    says: 'the limit of process 4242 is 2048:4096 now: prlimit was still running after 10 s',
  },
  {
    why: 'a prlimit that did not end, and a process that has',
    ran: LATE,
    happens: (root) => rmSync(join(root, '4242/limits')),
    says: 'the limit of process 4242 may have been raised, and cannot be read: prlimit was still running after 10 s',
  },
  {
    why: 'a process that ended after the raise',
    ran: RAN,
    happens: (root) => rmSync(join(root, '4242/limits')),
    says: 'the limit of process 4242 may have been raised, and cannot be read: afterwards its limits are gone',
  },
  {
    why: 'no prlimit',
    ran: { kind: 'unavailable', because: 'not installed' },
    happens: () => undefined,
    says: 'the limit of process 4242 is unchanged: prlimit is not installed (util-linux)',
  },
])('limits --raise says what is known of the limit after $why', async ({ ran, happens, says }) => {
  const root = writeTree({
    ...aProcess(),
    '4242/limits': table(LIMITS_HEADER, limitLine({ soft: '1024', hard: '4096' })),
  });
  const world = worldOf(root, () => {
    happens(root);
    return ran;
  });
  expect(await runCommand(addLimits, ['limits', '4242', '--raise', '2048'], world)).toEqual({
    printed: '',
    failed: [says],
    status: 3,
  });
});
