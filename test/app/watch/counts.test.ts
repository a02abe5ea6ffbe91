import { expect, it } from 'vitest';
import { readCheapCount } from '../../../src/app/watch/counts.ts';
import { statLine } from '../../lines.ts';
import { type Entry, writeTree } from '../../collect/proc-tree.ts';
import { worldOf } from '../world.ts';

/** PF_EXITING, and a flag beside it that most processes have. */
const EXITING = String(0x0040_0004);
const RUNNING = String(0x0040_0000);

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units     
Max open files            1024                 4096                 files     
`;

/** A process with two descriptors listed, and another thread. */
function countOf(leader: Parameters<typeof statLine>[0], thread: Parameters<typeof statLine>[0]): unknown {
  const tree: Record<string, Entry> = {
    '500/stat': statLine(leader),
    '500/limits': LIMITS,
    '500/fd/0': { link: '/dev/null' },
    '500/fd/1': { link: '/dev/null' },
    '500/task/500/stat': statLine(leader),
    '500/task/501/stat': statLine(thread),
  };
  const count = readCheapCount(worldOf(writeTree(tree)), 500);
  return count && { open: count.open(), soft: count.soft, hard: count.hard };
}

const LIMIT = { soft: 1024, hard: 4096 };

it.each([
  { what: 'runs', leader: { flags: RUNNING }, thread: { flags: RUNNING }, count: { open: 2, ...LIMIT } },
  { what: 'ends', leader: { flags: EXITING }, thread: { flags: EXITING }, count: null },
  {
    what: 'has lost its first thread',
    leader: { state: 'Z', flags: EXITING },
    thread: { flags: RUNNING },
    count: { open: null, ...LIMIT },
  },
  { what: 'is a zombie', leader: { state: 'Z', flags: EXITING }, thread: { flags: EXITING }, count: null },
])('counts a process that $what as $count', ({ leader, thread, count }) => {
  expect(countOf(leader, thread)).toEqual(count);
});

it('counts no process that is gone', () => {
  expect(readCheapCount(worldOf(writeTree({})), 500)).toBe(null);
});
