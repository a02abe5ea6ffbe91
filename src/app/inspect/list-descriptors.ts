import type { Evidence, WalkEvidence } from '../../core/model/evidence.ts';
import type { Depth } from './look.ts';
import type { Observable } from './observable.ts';
import { readAllTables } from './read-all-tables.ts';
import { WalkedProcess, type WalkRequest } from './walked-process.ts';

/** From this many descriptors on, loading the walk and walking is sooner done than reading each link and asking each socket. */
const LARGE = 4096;
/** Of more, all at once would take too much memory. */
const HUGE = 200_000;

interface Listing extends Pick<Evidence, 'open' | 'leftOut' | 'unread'> {
  /** The process as the kernel's own walk shows it, where that listed it. */
  readonly walked: WalkedProcess | null;
  /** What became of a walk that was to list it; null where none was. */
  readonly walk: WalkEvidence | null;
}

/**
 * Lists the descriptors of a process: by `/proc`, as any of its own user's processes may; by the kernel's own walk where there are thousands,
 * and where `/proc` does not let this user.
 */
export async function listDescriptors(
  observable: Observable,
  { listedBy: walks, deadline, knownFile, relates }: Pick<Depth, 'deadline' | 'knownFile' | 'relates' | 'listedBy'>,
): Promise<Listing> {
  const { process } = observable;
  const how = { deadline, knownFile, relates };
  if (walks !== null && process.standIn === null) {
    const count = process.proc.stat(`${process.path()}/fd`);
    const isWorthIt = count.kind === 'read' && isLarge(Number(count.value.size));
    const walked = isWorthIt ? await walkOver(observable, { walks, ...how, lists: 'large' }) : null;
    if (walked !== null && walked.walked !== null) return walked;
  }
  const read = await readAllTables(process, how);
  if (walks === null || read.open.kind !== 'denied') return { ...read, walked: null, walk: null };
  const walked = await walkOver(observable, { walks, ...how, lists: 'denied' });
  return walked.walked === null ? { ...read, walked: null, walk: walked.walk } : walked;
}

/** Before Linux 6.2 the count is 0: then nothing is. */
function isLarge(count: number): boolean {
  return count >= LARGE && count <= HUGE;
}

const LEADER_GONE = 'its first thread has ended: of its threads, the table of one was read';

async function walkOver(
  { process, netns }: Observable,
  request: Pick<WalkRequest, 'walks' | 'deadline' | 'knownFile' | 'relates' | 'lists'>,
): Promise<Listing & { readonly walk: WalkEvidence }> {
  const { walked: rows, evidence } = await request.walks.rowsOf(process);
  const open = { kind: 'denied', path: `${process.path()}/fd` } as const;
  if (rows === null)
    return { open, leftOut: null, unread: null, walked: null, walk: { ...evidence, lists: request.lists } };
  const walked = await WalkedProcess.of({ ...request, process, netns }, rows, evidence);
  const leftOut = process.standIn === null ? null : LEADER_GONE;
  return { open: { kind: 'read', value: walked.open }, leftOut, unread: walked.unread, walked, walk: walked.evidence };
}
