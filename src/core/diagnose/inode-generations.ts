import { type HeldSocket, toSorted } from './held-sockets.ts';
import { type Statement, toStatement } from './statement.ts';

/** CPUs take socket inode numbers in batches of 1024: a gap of a few batches is one burst on several CPUs. */
const GAP = 64 * 1024;
const FEWEST = 4;

/**
 * What the inode numbers suggest of how the sockets came: `their inode numbers lie in 3 groups: perhaps 3 bursts`. Numbers
 * are roughly in order of age, and no more than that. Nothing for fewer than four.
 *
 * @see kernel fs/inode.c get_next_ino(), LAST_INO_BATCH
 */
export function describeGenerations(sockets: readonly HeldSocket[]): Statement[] {
  const inodes = toSorted(sockets, ({ descriptor: { inode } }) => (inode === null ? null : Number(inode)));
  if (inodes.length < FEWEST) return [];
  const groups = 1 + inodes.subarray(1).filter((inode, index) => inode - (inodes[index] ?? inode) > GAP).length;
  const span = (inodes.at(-1) ?? 0) - (inodes[0] ?? 0);
  return [bursts({ sockets: inodes.length, groups, span })];
}

const bursts = toStatement(
  'inode-groups',
  ({ sockets, groups, span }: { sockets: number; groups: number; span: number }) => {
    if (groups === 1)
      return `their inode numbers lie close together (a span of ${span}): perhaps they came in one burst`;
    if (groups * 2 > sockets) return 'their inode numbers lie far apart: perhaps they came one by one, not in bursts';
    return `their inode numbers lie in ${groups} groups: perhaps they came in ${groups} bursts`;
  },
);
