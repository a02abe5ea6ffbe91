import { Deadline, Interrupted, USUAL_MS } from '../../collect/deadline.ts';
import type { KnownFile } from '../../collect/file-facts.ts';
import { isSameProcess } from '../../collect/process-identity.ts';
import { CERTAIN_AFTER_MS } from '../../core/classify/certainty.ts';
import { judge } from '../../core/judge.ts';
import type { Descriptor } from '../../core/model/descriptor.ts';
import { fdKey } from '../../core/model/evidence.ts';
import type { Inode } from '../../core/model/inode.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
import type { Reading } from '../../core/model/reading.ts';
import { remedyOfUnread } from '../../core/words/shortage.ts';
import type { Blindness } from '../../core/model/watch.ts';
import { look } from '../inspect/look.ts';
import { readObservable } from '../inspect/observable.ts';
import type { World } from '../world.ts';
import { isLasting, isStillSo, type Settled, toSettled } from './settled.ts';
import type { SparingSs } from './sparing-ss.ts';
import type { WatchWalk } from './watch-walk.ts';
import type { SsWants } from '../../core/sources/ss.ts';

export interface LeanRequest {
  readonly pid: number;
  readonly ss: SparingSs;
  readonly walk: Pick<WatchWalk, 'over' | 'forLooks'>;
  readonly ssWants: SsWants;
  /** Of the look before: where the number still names the same thing that lasts, it is not asked again. */
  readonly known: KnownDescriptors;
  /** What the look before found at rest; null where the next has to be whole. */
  readonly settled: { readonly as: Settled; readonly look: LeanLook } | null;
  /** The kernel's names of protocols that the look before read. */
  readonly names: ReadonlyMap<Inode, string>;
  /** Ends the look. */
  readonly interrupted: AbortSignal;
}

/** By {@link fdKey}. */
export type KnownDescriptors = ReadonlyMap<string, Descriptor>;

/** Every descriptor with its verdict. */
export interface LeanLook {
  readonly startTicks: number;
  readonly descriptors: readonly Descriptor[];
  readonly names: ReadonlyMap<Inode, string>;
  readonly byKey: KnownDescriptors;
  /** null where something has to be asked again. */
  readonly settled: Settled | null;
}

/** `gone`: the process has ended, its pid was reused, or a signal cut the look off. `unseen`: it is there, and its descriptors may not be listed. */
export type LeanSight =
  | { readonly kind: 'seen'; readonly look: LeanLook }
  | { readonly kind: 'gone' }
  | ({ readonly kind: 'unseen' } & Blindness);

/** No epoll sets, no shared files and no second look: the next tick is one. */
const LEAN = {
  asksSockets: true,
  relates: false,
  withOtherEnds: false,
  withFlags: false,
  settleMs: 0,
  // The history of a watch tells how long a connection has been over.
  dead: { certainAfterMs: CERTAIN_AFTER_MS, walks: null },
  autopsyDeadlineMs: 5000,
  onProgress: () => undefined,
} as const;

/** A look at one process as a watch keeps it: every descriptor with its verdict. */
export async function lookLean(world: World, request: LeanRequest): Promise<LeanSight> {
  try {
    return await lookUndisturbed(world, request);
  } catch (error) {
    // Nothing was hidden, and half a look is not a look.
    if (error instanceof Interrupted) return { kind: 'gone' };
    throw error;
  }
}

async function lookUndisturbed(world: World, request: LeanRequest): Promise<LeanSight> {
  const { pid, ss, ssWants, known, settled, names, interrupted, walk } = request;
  const deadline = new Deadline(() => world.clock.monotonicMs(), USUAL_MS, interrupted);
  if (settled !== null && (await isStillSo(world, pid, settled.as, { walk, deadline }))) {
    const isIts = !interrupted.aborted && isSameProcess(world.proc, pid, settled.look.startTicks);
    return isIts ? { kind: 'seen', look: settled.look } : { kind: 'gone' };
  }
  const observable = readObservable(world, pid);
  if (observable.kind === 'unobservable') return { ...observable, kind: 'unseen' };
  const { startTicks } = observable.subject.identity;
  const asBefore = ({ fd, tid, link }: Pick<OpenDescriptor, 'fd' | 'tid' | 'link'>): Descriptor | undefined => {
    const before = known.size === 0 ? undefined : known.get(fdKey(fd, tid));
    // A link that is no ASCII is shown otherwise than it was read, and asked again.
    return before?.target === link && isLasting(before) ? before : undefined;
  };
  const isKnown = (one: OpenDescriptor): boolean => asBefore(one) !== undefined;
  const knownFile: KnownFile = (one) => asBefore(one) ?? null;
  const listedBy = walk.forLooks(world);
  const looked = await look(world, observable, { ...LEAN, listedBy, deadline, isKnown, knownFile, names });
  const { open } = looked.evidence;
  if (open.kind !== 'read') return whyUnseen(open);
  const { leftOut } = looked.evidence;
  if (interrupted.aborted) return { kind: 'gone' };
  // Half of it would look like closings.
  if (leftOut !== null)
    return { kind: 'unseen', because: `not read: ${leftOut}`, remedy: 'fdleak inspect reads as much as it can' };
  const evidence = { ...looked.evidence, ss: await ss.read(world, observable, ssWants) };
  if (!isSameProcess(world.proc, pid, startTicks)) return { kind: 'gone' };
  const carried = looked.known.flatMap((one) => asBefore(one) ?? []);
  const descriptors = [...judge(evidence), ...carried];
  const byKey = new Map(descriptors.map((one) => [fdKey(one.fd, one.tid), one]));
  return {
    kind: 'seen',
    look: { startTicks, descriptors, names: evidence.protocolNames, byKey, settled: toSettled(evidence, byKey) },
  };
}

function whyUnseen(table: Exclude<Reading<unknown>, { kind: 'read' }>): LeanSight {
  switch (table.kind) {
    case 'gone':
      return { kind: 'gone' };
    case 'denied':
      return {
        kind: 'unseen',
        because: `${table.path} may not be read by this user`,
        remedy: 'watch as the user of the process, as root, or with CAP_BPF and CAP_PERFMON',
      };
    case 'failed':
      return { kind: 'unseen', because: `${table.path}: ${table.because}`, remedy: remedyOfUnread(table.because) };
  }
}
