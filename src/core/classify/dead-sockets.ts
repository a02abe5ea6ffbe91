import type { DeadSocket, ProcessAtWork } from './certainty.ts';
import type { Deaths } from './deaths.ts';
import { isDeadTwice, isOver } from './orphan.ts';
import { type Evidence, listedIn, type Looks } from '../model/evidence.ts';
import type { ListedSocket } from '../model/socket-tables.ts';

/** The connections of a process that are over. */
export function toDeadSockets({ probes }: Evidence, deaths: Deaths): DeadSocket[] {
  const sockets: DeadSocket[] = [];
  probes.looks.forEach((looks, inode) => {
    if (hasEnded(looks)) sockets.push(toDeadSocket(looks, deaths.atLeastMs(looks, deaths.of(inode))));
  });
  return sockets;
}

export function toDeadSocket(looks: Looks, deadForMs: number | null): DeadSocket {
  return { deadForMs, isStillThere: isDeadTwice(looks) };
}

function hasEnded({ first, second }: Looks): boolean {
  const probe = second ?? first;
  return probe !== null && isOver(probe);
}

const NOT_ASKED = { kind: 'not-read', because: 'not asked', threads: null } as const;

/** What else the process is at. */
export function toProcessAtWork(evidence: Evidence): ProcessAtWork {
  const { certainAfterMs, threads, heldUpBecause } = evidence.dead;
  const { epollSets } = evidence;
  if (threads === null) return { certainAfterMs, threads: NOT_ASKED, heldUpBecause, ...NONE, epollSets };
  return { certainAfterMs, threads, heldUpBecause, ...workIn(evidence), epollSets };
}

const NONE: Pick<ProcessAtWork, 'listeners' | 'dead'> = { listeners: new Set(), dead: new Set() };

/** Descriptors of the process that listen, TCP or unix, in whichever namespace, and those of dead sockets. */
function workIn(evidence: Evidence): Pick<ProcessAtWork, 'listeners' | 'dead'> {
  const { own, others } = evidence.tables;
  const tables = own === null ? others : [own, ...others];
  const listeners = new Set<number>();
  const dead = new Set<number>();
  listedIn(evidence).forEach(({ fd, tid, inode, kind }) => {
    if (tid !== null || inode === null) return;
    const looks = evidence.probes.looks.get(inode);
    if (looks !== undefined && hasEnded(looks)) dead.add(fd);
    else if (
      kind === 'socket' &&
      (answersListen(looks) || tables.some(({ byInode }) => isListener(byInode.get(inode))))
    )
      listeners.add(fd);
  });
  return { listeners, dead };
}

function isListener(listed: ListedSocket | undefined): boolean {
  return listed !== undefined && 'state' in listed.row && listed.row.state === 'LISTEN';
}

function answersListen(looks: Looks | undefined): boolean {
  return (looks?.second ?? looks?.first)?.info?.state === 'LISTEN';
}
