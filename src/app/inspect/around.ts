import { readFamily } from '../../collect/family.ts';
import type { ProcessFolder } from '../../collect/process-folder.ts';
import { SharedDescriptors } from '../../collect/shared-descriptors.ts';
import { EpollWatchers } from '../../core/evidence/epoll-watchers.ts';
import { Waiters } from '../../core/evidence/waiters.ts';
import type { Evidence } from '../../core/model/evidence.ts';
import type { Sharers } from '../../core/model/sharer.ts';
import { readDoubtfulEnds } from './doubtful-ends.ts';
import type { World } from '../world.ts';

/** So many sockets that nothing here waits on may be a parent's, left over in a worker. */
const MANY = 8;
/** The first so many tell whether it is worth it. */
const MOST = 2000;
/** A parent of 100,000 descriptors is not gone through to its end. */
const WITHIN_MS = 500;

type Around = Pick<Evidence, 'otherEnds' | 'sharers'>;

export const NOBODY_AROUND: Around = { otherEnds: null, sharers: null };

export interface Seen
  extends Omit<Parameters<typeof readDoubtfulEnds>[2], 'shared'>, Pick<Evidence, 'epollSets' | 'waits'> {}

/** Looks at other processes, where something of this one makes that worth while: who holds the other ends, and who its open files too. */
export async function readAround(world: World, process: ProcessFolder, seen: Seen): Promise<Around> {
  const shared = new SharedDescriptors(process, seen.listed);
  const otherEnds = await readDoubtfulEnds(world, process, { ...seen, shared });
  return { otherEnds, sharers: await readSharers(process, { ...seen, otherEnds, shared }) };
}

/**
 * Found where others were looked through for other ends, or looked for among relatives where many sockets, or a listener, are waited on by
 * nothing here. null where neither was.
 */
async function readSharers(
  process: ProcessFolder,
  { otherEnds, shared, ...seen }: Seen & Pick<Around, 'otherEnds'> & { readonly shared: SharedDescriptors },
): Promise<Sharers | null> {
  if (otherEnds?.isWhole === true) return shared.toSharers(true);
  if (!hasUnattended(seen)) return otherEnds === null ? null : shared.toSharers(false);
  await readFamily(process, shared, seen.deadline.part(WITHIN_MS));
  return shared.toSharers(false);
}

function hasUnattended({ listed, epollSets, waits, tables }: Seen): boolean {
  const watchers = new EpollWatchers(epollSets, listed);
  const waiters = new Waiters(waits);
  let count = 0;
  for (const one of listed.length > MOST ? listed.slice(0, MOST) : listed) {
    if (one.kind !== 'socket' || one.inode === null || watchers.of(one)?.length !== 0 || waiters.of(one)?.length !== 0)
      continue;
    const socket = tables.own?.byInode.get(one.inode);
    const isListener = socket !== undefined && 'state' in socket.row && socket.row.state === 'LISTEN';
    if (isListener || ++count >= MANY) return true;
  }
  return false;
}
