import type { DeadSocket, ProcessAtWork } from './certainty.ts';
import type { Deaths } from './deaths.ts';
import { isDeadTwice, isOver } from './orphan.ts';
import { type Evidence, listedIn } from '../model/evidence.ts';
import type { Inode } from '../model/inode.ts';
import type { ListedSocket } from '../model/socket-tables.ts';

/** The connections of a process that are over, each with the descriptors of its own table that hold it. */
export function toDeadSockets(evidence: Evidence, deaths: Deaths): DeadSocket[] {
  const dead = new Map<Inode, readonly number[]>();
  for (const [inode, { first, second }] of evidence.probes.looks) {
    const probe = second ?? first;
    if (probe !== null && isOver(probe)) dead.set(inode, NO_FDS);
  }
  if (dead.size === 0) return [];
  for (const { fd, tid, inode } of listedIn(evidence)) {
    const fds = tid === null && inode !== null ? dead.get(inode) : undefined;
    if (inode !== null && fds !== undefined) dead.set(inode, fds === NO_FDS ? [fd] : [...fds, fd]);
  }
  const sockets: DeadSocket[] = [];
  for (const [inode, fds] of dead)
    sockets.push({ inode, fds, deadForMs: deaths.atLeastMs(inode), isStillThere: isStillThere(evidence, inode) });
  return sockets;
}

/** Of a socket that a table of a thread holds. */
const NO_FDS: readonly number[] = [];

function isStillThere({ probes }: Evidence, inode: Inode): boolean {
  const looks = probes.looks.get(inode);
  return looks !== undefined && isDeadTwice(looks);
}

const NOT_ASKED = { kind: 'not-read', because: 'not asked', threads: null } as const;

/** What else the process is at. */
export function toProcessAtWork(evidence: Evidence): ProcessAtWork {
  const { certainAfterMs, threads, heldUpBecause } = evidence.dead;
  const listeners = threads === null ? NONE : toListeners(evidence);
  return { certainAfterMs, threads: threads ?? NOT_ASKED, heldUpBecause, listeners, epollSets: evidence.epollSets };
}

const NONE: ReadonlySet<number> = new Set();

/** Descriptors of the process that listen, TCP or unix, in whichever namespace. */
function toListeners(evidence: Evidence): ReadonlySet<number> {
  const { own, others } = evidence.tables;
  const tables = own === null ? others : [own, ...others];
  const isListening = (inode: Inode): boolean =>
    tables.some(({ byInode }) => isListener(byInode.get(inode))) || answersListen(evidence, inode);
  const fds = new Set<number>();
  for (const { fd, tid, inode, kind } of listedIn(evidence))
    if (tid === null && kind === 'socket' && inode !== null && isListening(inode)) fds.add(fd);
  return fds;
}

function isListener(listed: ListedSocket | undefined): boolean {
  return listed !== undefined && 'state' in listed.row && listed.row.state === 'LISTEN';
}

function answersListen({ probes }: Evidence, inode: Inode): boolean {
  const looks = probes.looks.get(inode);
  return (looks?.second ?? looks?.first)?.info?.state === 'LISTEN';
}
