import { Autopsy } from '../../collect/autopsy.ts';
import { mayServeFiles, RemoteAutopsy } from '../../collect/remote-autopsy.ts';
import type { Deadline } from '../../collect/deadline.ts';
import { readObjects } from '../../collect/descriptor-objects.ts';
import { readEpollSets } from '../../collect/epoll-sets.ts';
import { readSharedFiles } from '../../collect/open-files.ts';
import { readOpenFlags } from '../../collect/open-flags.ts';
import type { ProcessFolder } from '../../collect/process-folder.ts';
import { readThreadWaits } from '../../collect/thread-waits.ts';
import { type DeadEvidence, type Evidence, fdKey, type TableEvidence } from '../../core/model/evidence.ts';
import { unixInodesIn } from '../../core/evidence/unix-inodes.ts';
import type { Inode } from '../../core/model/inode.ts';
import type { Objects } from '../../core/model/object.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
import type { Refusal } from '../../core/model/probe.ts';
import type { Observable } from './observable.ts';
import { readCloseMarkers } from './close-markers.ts';
import { readDoubtfulEnds } from './doubtful-ends.ts';
import { readAllTables } from './read-all-tables.ts';
import { lookFirst } from './socket-look.ts';
import type { SocketLook } from './socket-sight.ts';
import { NOT_CHOSEN } from './ask-tools.ts';
import { type DeadDepth, deadIn, missingMs, nothingDead, readDead } from './read-dead.ts';
import { sayLate } from './say-late.ts';
import type { World } from '../world.ts';

/** How far one look goes. */
export interface Depth {
  /** Whether sockets in no table are asked themselves. */
  readonly asksSockets: boolean;
  /** Also which epoll sets watch a descriptor, and which descriptors are one open file. */
  readonly relates: boolean;
  /** Open flags: one more read for each descriptor. */
  readonly withFlags: boolean;
  /** When the dead died, and whether that makes them certain leaks. */
  readonly dead: Pick<DeadDepth, 'certainAfterMs' | 'walks'>;
  /** How long reading may take. */
  readonly deadline: Deadline;
  /** Pause before the doubtful are looked at again; 0: where only its absence speaks of a socket the tables are read again at once. */
  readonly settleMs: number;
  readonly autopsyDeadlineMs: number;
  /** What is known from an earlier look, and left out of this one. */
  readonly isKnown: (descriptor: OpenDescriptor) => boolean;
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
  const { process } = observable;
  const { deadline } = depth;
  const startedAt = world.clock.monotonicMs();
  const { open: all, leftOut, unread } = await readAllTables(process, deadline);
  const descriptorsTookMs = all.kind === 'read' ? world.clock.monotonicMs() - startedAt : null;
  const { listed, known } = sortOut(all.kind === 'read' ? all.value : [], depth.isKnown);
  const autopsy = toAutopsy(world, observable, depth);
  try {
    const asks = { process, autopsy, autopsyDeadlineMs: depth.autopsyDeadlineMs, deadline };
    const sockets = await lookFirst(world, asks, listed);
    await deadline.rest();
    const relates = depth.relates && all.kind === 'read';
    const sight = { ...toSight(observable, sockets.sight.tables), deadline };
    const { late, ...relations } = relates ? await readRelations(process, listed, sight) : UNRELATED;
    const closeMarkers = readCloseMarkers(process, sockets.sight.tables, listed);
    const flags = depth.withFlags ? await readOpenFlags(process, listed, deadline) : null;
    const { secondLookAt, dead } = await lookAgain(world, { process, first: sockets }, depth);
    const { tables, probes, protocolNames, dropped, moved, active } = sockets.sight;
    const otherEnds =
      relates && depth.settleMs > 0 && !deadline.isOver()
        ? await readDoubtfulEnds(world, process, { listed, objects: relations.objects, tables })
        : null;
    const open = all.kind === 'read' ? { ...all, value: withMoved(withoutDropped(listed, dropped), moved) } : all;
    const secondLook = depth.settleMs === 0 ? 'off' : secondLookAt === null ? 'not-needed' : 'taken';
    const seen = {
      open,
      leftOut,
      unread: unread ?? late,
      tables,
      probes,
      dead,
      protocolNames,
      ...relations,
      otherEnds,
      closeMarkers,
      active,
      flags,
      secondLook,
    } as const;
    return { evidence: { ...seen, ss: NOT_CHOSEN }, known, descriptorsTookMs, secondLookAt, dropped };
  } finally {
    if (autopsy instanceof Autopsy) autopsy.dispose();
  }
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
): Promise<Relations> {
  const { deadline } = sight;
  const epollSets = await readEpollSets(process, listed, deadline);
  const sharedFiles = readSharedFiles(process, listed, deadline);
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

/** A pause for certainty is worth it where it is short: a longer one is asked for, by --settle. */
const MOST_PATIENCE_MS = 10_000;

interface Later {
  /** ISO time; null when there was no second look. */
  readonly secondLookAt: string | null;
  readonly dead: DeadEvidence;
}

/** Pauses and looks again, where there is something to look at; once more, where that soon makes the dead certain leaks. */
async function lookAgain(
  world: World,
  { process, first }: { readonly process: ProcessFolder; readonly first: SocketLook },
  { settleMs, onProgress, deadline, dead: depth }: Depth,
): Promise<Later> {
  const { doubtful } = first;
  if (doubtful === 0) return { secondLookAt: null, dead: nothingDead(depth) };
  if (settleMs === 0) {
    const { probes } = (await first.againAtOnce()).sight;
    return { secondLookAt: null, dead: await readDead(process, probes, { ...depth, asksThreads: false, deadline }) };
  }
  onProgress(`${doubtful} doubtful sockets: checking again after ${settleMs} ms`);
  if (deadIn(first.sight.probes).length > 0) depth.walks?.prepare();
  await deadline.pause(world.clock.sleep(settleMs));
  let look = await first.again();
  let dead = await readDead(process, look.sight.probes, { ...depth, asksThreads: true, deadline });
  const waitMs = missingMs(dead, look.sight.probes);
  if (waitMs > 0 && depth.certainAfterMs <= MOST_PATIENCE_MS) {
    onProgress(`connections that are over: a last look ${Math.ceil(depth.certainAfterMs / 1000)} s after the first`);
    await deadline.pause(world.clock.sleep(waitMs));
    look = await look.again();
    dead = await readDead(process, look.sight.probes, { ...depth, asksThreads: true, deadline });
  }
  return { secondLookAt: new Date(world.clock.nowMs()).toISOString(), dead };
}

/** What is known from before needs no second opinion; the rest is to be looked at. */
function sortOut(open: readonly OpenDescriptor[], isKnown: Depth['isKnown']): Piles {
  const listed: OpenDescriptor[] = [];
  const known: OpenDescriptor[] = [];
  for (const descriptor of open) (isKnown(descriptor) ? known : listed).push(descriptor);
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
