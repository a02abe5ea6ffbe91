import { Autopsy, type SocketAsker } from '../../collect/autopsy.ts';
import { mayServeFiles, RemoteAutopsy } from '../../collect/remote-autopsy.ts';
import type { Deadline } from '../../collect/deadline.ts';
import type { KnownFile } from '../../collect/file-facts.ts';
import { readObjects } from '../../collect/descriptor-objects.ts';
import { readEpollSets } from '../../collect/epoll-sets.ts';
import { readSharedFiles } from '../../collect/open-files.ts';
import { readOpenFlags } from '../../collect/open-flags.ts';
import type { ProcessFolder } from '../../collect/process-folder.ts';
import { readThreadWaits } from '../../collect/thread-waits.ts';
import { type Evidence, fdKey, type ProbeEvidence, type TableEvidence } from '../../core/model/evidence.ts';
import { unixInodesIn } from '../../core/evidence/unix-inodes.ts';
import type { Inode } from '../../core/model/inode.ts';
import type { Objects } from '../../core/model/object.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
import type { Refusal } from '../../core/model/probe.ts';
import type { Observable } from './observable.ts';
import { readCloseMarkers } from './close-markers.ts';
import { NOBODY_AROUND, readAround } from './around.ts';
import { readLastingWaits } from './lasting-waits.ts';
import { listDescriptors } from './list-descriptors.ts';
import type { KernelWalks } from './kernel-walks.ts';
import { lookFirst } from './socket-look.ts';
import { NOT_CHOSEN } from './ask-tools.ts';
import { lookAgain } from './look-again.ts';
import type { DeadDepth } from './read-dead.ts';
import { sayLate } from './say-late.ts';
import type { WalkedProcess } from './walked-process.ts';
import type { World } from '../world.ts';

/** How far one look goes. */
export interface Depth {
  /** Whether sockets in no table are asked themselves. */
  readonly asksSockets: boolean;
  /** Also which epoll sets watch a descriptor, and which descriptors are one open file. */
  readonly relates: boolean;
  /** Who holds other ends also where few are doubtful. */
  readonly withOtherEnds: boolean;
  /** Open flags: one more read for each descriptor. */
  readonly withFlags: boolean;
  /** The kernel's own walk, where that is the sooner way to list them, or the only one; null where it is not wanted. */
  readonly listedBy: KernelWalks | null;
  /** When the dead died, and whether that makes them certain leaks. */
  readonly dead: Pick<DeadDepth, 'certainAfterMs' | 'walks'>;
  /** How long reading may take. */
  readonly deadline: Deadline;
  /** Pause before the doubtful are looked at again; 0: where only its absence speaks of a socket the tables are read again at once. */
  readonly settleMs: number;
  readonly autopsyDeadlineMs: number;
  /** What is known from an earlier look, and left out of this one. */
  readonly isKnown: (descriptor: OpenDescriptor) => boolean;
  /** What an earlier look saw of a file is not asked again. */
  readonly knownFile: KnownFile;
  /** The kernel's names of protocols that an earlier look read. */
  readonly names: ReadonlyMap<Inode, string>;
  /** Told what is being waited for. */
  readonly onProgress: (what: string) => void;
}

/** What a look saw; ss, which only some ask, is not in the evidence yet. */
export interface Look {
  readonly evidence: Evidence;
  /** What {@link Depth.isKnown} left out. */
  readonly known: readonly OpenDescriptor[];
  readonly descriptorsTookMs: number | null;
  /** ISO time; null when there was no second look. */
  readonly secondLookAt: string | null;
  /** Descriptors that were closed between the looks, by `fdKey`. */
  readonly dropped: ReadonlySet<string>;
}

/**
 * Looks at the descriptors of one process: at the links, the socket tables, the sockets in none of them, and those again. An inspection,
 * a tick of a watch and a scan of the host look the same way, each as deep as it needs. Changes nothing in the process.
 */
export async function look(world: World, observable: Observable, depth: Depth): Promise<Look> {
  const { deadline } = depth;
  const startedAt = world.clock.monotonicMs();
  const { open: all, leftOut, unread, walked, walk } = await listDescriptors(observable, depth);
  const process = walked?.folder ?? observable.process;
  const descriptorsTookMs = all.kind === 'read' ? world.clock.monotonicMs() - startedAt : null;
  const { listed, known } = sortOut(all.kind === 'read' ? all.value : [], depth.isKnown);
  const autopsy = toAsker(toAutopsy(world, observable, depth), walked);
  try {
    const { autopsyDeadlineMs, names } = depth;
    const asks = { process, autopsy, autopsyDeadlineMs, deadline, names };
    const sockets = await lookFirst(world, asks, listed);
    await deadline.rest();
    const relates = depth.relates && all.kind === 'read';
    const sight = { ...toSight(observable, sockets.sight.tables), deadline };
    const { late, ...relations } = relates ? await readRelations(process, listed, sight, walked) : UNRELATED;
    const closeMarkers = readCloseMarkers(process, sockets.sight.tables, listed);
    const flags = depth.withFlags ? await readOpenFlags(process, listed, deadline) : null;
    const later = await lookAgain(world, { process, first: sockets, walked, walk }, depth);
    const { tables, probes, protocolNames, dropped, moved, active, steady } = sockets.sight;
    const looksAround = relates && mayLookAround(depth);
    const few = depth.withOtherEnds ? 1 : null;
    const mayMakeWait = (): boolean => mayServeFiles(observable.subject.identity.uid, process.proc);
    const about = { listed, tables, ...relations, deadline, mayMakeWait, few };
    const waits = looksAround ? await readLastingWaits(world, process, about) : relations.waits;
    const around = looksAround ? await readAround(world, process, about) : NOBODY_AROUND;
    const open = all.kind === 'read' ? { ...all, value: withMoved(withoutDropped(listed, dropped), moved) } : all;
    const seen = {
      open,
      leftOut,
      unread: unread ?? late,
      tables,
      probes: answeredBy(probes, walked),
      dead: later.dead,
      protocolNames,
      ...relations,
      waits,
      ...around,
      closeMarkers,
      active,
      steady,
      flags,
      secondLook: later.secondLook,
    } as const;
    const evidence = { ...seen, ss: NOT_CHOSEN };
    return { evidence, known, descriptorsTookMs, secondLookAt: later.secondLookAt, dropped };
  } finally {
    if ('dispose' in autopsy) autopsy.dispose();
  }
}

function mayLookAround({ settleMs, withOtherEnds, deadline }: Depth): boolean {
  return (settleMs > 0 || withOtherEnds) && !deadline.isOver();
}

/** Where the walk answered for every socket, none was asked itself. */
function answeredBy(asked: ProbeEvidence, walked: WalkedProcess | null): ProbeEvidence {
  if (walked === null || asked.status !== 'read') return asked;
  return { ...asked, status: 'skipped', because: 'the kernel’s own walk answered for them', tookMs: null };
}

/** The walk, where it listed the descriptors, answers for most of them. */
function toAsker(autopsy: SocketAsker | Refusal, walked: WalkedProcess | null): SocketAsker | Refusal {
  return walked === null ? autopsy : walked.withOthers(autopsy);
}

function toAutopsy(world: World, observable: Observable, { asksSockets }: Depth): Autopsy | Refusal {
  const { process, netns, noCallsBecause, subject } = observable;
  if (!asksSockets) return { status: 'skipped', because: NOT_CHOSEN.because };
  if (process.calls === null) return { status: 'unavailable', because: noCallsBecause ?? '' };
  return mayServeFiles(subject.identity.uid, process.proc)
    ? new RemoteAutopsy(process.calls, process, netns, world.self)
    : new Autopsy(process.calls, process, netns);
}

interface Relations extends Pick<Evidence, 'epollSets' | 'sharedFiles' | 'objects' | 'waits'> {
  /** What there was no time for. */
  readonly late: string | null;
}

const NO_OBJECTS: Objects = { objects: new Map(), inFlight: new Map(), sizes: new Map() };
const UNRELATED: Relations = { epollSets: null, sharedFiles: null, objects: NO_OBJECTS, waits: null, late: null };

/** What descriptors have to do with each other, with the objects behind them and with threads. */
async function readRelations(
  process: ProcessFolder,
  listed: readonly OpenDescriptor[],
  sight: Parameters<typeof readObjects>[2],
  walked: WalkedProcess | null,
): Promise<Relations> {
  const { deadline } = sight;
  const epollSets = await readEpollSets(process, listed, deadline);
  const sharedFiles = walked?.sharedFiles() ?? readSharedFiles(process, listed, deadline);
  await deadline.rest();
  const objects = await readObjects(process, listed, sight);
  const late = deadline.isOver() ? `what lies behind some of them: ${sayLate(deadline)}` : null;
  return { epollSets, sharedFiles, objects, waits: readThreadWaits(process, deadline), late };
}

function toSight(
  { process, subject }: Observable,
  { own }: TableEvidence,
): Omit<Parameters<typeof readObjects>[2], 'deadline'> {
  const unix = own === null ? new Set<Inode>() : unixInodesIn(own);
  return {
    isUnix: ({ kind, inode }) => unix.size > 0 && kind === 'socket' && inode !== null && unix.has(inode),
    seesPids: subject.identity.pidInNamespace === process.pid,
  };
}

/** What is known from before needs no second opinion; the rest is to be looked at. */
function sortOut(open: readonly OpenDescriptor[], isKnown: Depth['isKnown']): Piles {
  const listed: OpenDescriptor[] = [];
  const known: OpenDescriptor[] = [];
  open.forEach((descriptor) => (isKnown(descriptor) ? known : listed).push(descriptor));
  return { listed, known };
}

interface Piles {
  readonly listed: readonly OpenDescriptor[];
  readonly known: readonly OpenDescriptor[];
}

/** The latest number of each socket that has moved. */
function withMoved(open: readonly OpenDescriptor[], moved: readonly OpenDescriptor[]): readonly OpenDescriptor[] {
  if (moved.length === 0) return open;
  const latest = new Map(moved.map((one) => [one.inode, one]));
  return [...open, ...latest.values()];
}

function withoutDropped(open: readonly OpenDescriptor[], dropped: ReadonlySet<string>): readonly OpenDescriptor[] {
  return dropped.size === 0 ? open : open.filter(({ fd, tid }) => !dropped.has(fdKey(fd, tid)));
}
