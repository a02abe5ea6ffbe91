import type { Judged } from './classify/judged.ts';
import { judgeListed } from './classify/listed.ts';
import { spareFew } from './classify/few-sockets.ts';
import { sparePooled } from './classify/pooled-sockets.ts';
import { weighDead } from './classify/certainty.ts';
import { Deaths } from './classify/deaths.ts';
import { isOver } from './classify/orphan.ts';
import { judgeUnlisted, type Absence } from './classify/unlisted.ts';
import { Verdicts } from './classify/verdicts.ts';
import { toDeadSockets, toProcessAtWork } from './classify/dead-sockets.ts';
import { EpollWatchers } from './evidence/epoll-watchers.ts';
import { Listeners } from './evidence/listeners.ts';
import { otherEndOf, withOtherEnds } from './evidence/other-ends.ts';
import { SocketIndex } from './evidence/socket-evidence.ts';
import { Waiters } from './evidence/waiters.ts';
import type { Descriptor } from './model/descriptor.ts';
import { type Evidence, fdKey, listedIn } from './model/evidence.ts';
import type { Inode } from './model/inode.ts';
import type { OpenDescriptor } from './model/open-descriptor.ts';
import type { SocketProbe } from './model/probe.ts';
import type { Check } from './model/verdict.ts';
import { toText } from './parse/bytes.ts';
import { type Placeable, withPlaces } from './place/places.ts';

/** Says of every open descriptor what it is: its socket, who shares and watches it, and its verdict. Wherever the evidence came from. */
export function judge(evidence: Evidence): readonly Descriptor[] {
  const open = listedIn(evidence);
  const verdicts = new Verdicts();
  const listeners = toListeners(evidence);
  const index = new SocketIndex(evidence);
  const watchers = new EpollWatchers(evidence.epollSets, open);
  const waiters = new Waiters(evidence.waits);
  const sharedWith = toSharedWith(evidence);
  const deaths = new Deaths(evidence.dead, evidence.probes);
  const absence: Absence = {
    verdicts,
    listeners,
    missing: index.missing,
    certainty: weighDead(toDeadSockets(evidence, deaths), toProcessAtWork(evidence)),
    deaths,
    checked: checksOf(evidence),
    seenBy: evidence.dead.walk.lists !== null && evidence.dead.walk.status === 'read' ? 'walk' : 'autopsy',
    noAutopsyBecause: evidence.probes.because,
  };
  const around = {
    verdicts,
    listeners,
    closeMarkers: evidence.closeMarkers,
    active: evidence.active,
    steady: evidence.steady,
  };
  const noSocket = {
    socket: null,
    verdict: verdicts.once('no socket', () => ({ is: 'in-use', because: 'not a socket' })),
  };

  const judgeSocket = (inode: Inode): Judged => {
    const about = index.of(inode);
    const { listed } = about;
    return listed === null ? judgeUnlisted(about, absence) : judgeListed(listed, about, around);
  };

  const isKeyed = evidence.flags !== null || evidence.objects.inFlight.size > 0;
  const drafts = open.map((one): Placeable => {
    const isSocket = one.kind === 'socket';
    // Of thousands of sockets, nothing else goes by this name.
    const key = isSocket && !isKeyed ? '' : fdKey(one.fd, one.tid);
    const { text, base64 } = isSocket ? { text: one.link, base64: null } : toText(one.link);
    const judged = isSocket && one.inode !== null ? judgeSocket(one.inode) : noSocket;
    const object = withOtherEnds(evidence.objects.objects.get(key) ?? one.object, one, evidence.otherEnds);
    return {
      fd: one.fd,
      tid: one.tid,
      kind: one.kind,
      target: text,
      targetBase64: base64,
      inode: one.inode,
      deleted: one.deleted,
      sizeBytes: one.sizeBytes ?? evidence.objects.sizes.get(key) ?? null,
      flags: evidence.flags?.get(key) ?? null,
      sharedWith: evidence.sharedFiles === null ? null : (sharedWith.get(one) ?? NOBODY),
      alsoHeldBy: sharersOf(one, evidence.sharers),
      watchedBy: watchers.of(one),
      place: '',
      object,
      inFlight: evidence.objects.inFlight.get(key) ?? null,
      otherEnd: otherEndOf(one, { socket: judged.socket, object }, evidence.otherEnds),
      waitedOnBy: waiters.of(one),
      socket: judged.socket,
      verdict: judged.verdict,
    };
  });
  return withPlaces(sparePooled(spareFew(drafts, evidence.secondLook === 'taken')));
}

const NOBODY: readonly number[] = [];
const NO_SHARERS: Descriptor['alsoHeldBy'] = [];

/** A socket is found wherever it is held; anything else only under its own number. */
function sharersOf({ fd, tid, kind }: OpenDescriptor, sharers: Evidence['sharers']): Descriptor['alsoHeldBy'] {
  if (sharers === null || tid !== null) return null;
  return sharers.byKey.get(fdKey(fd, tid)) ?? (sharers.isWhole && kind === 'socket' ? NO_SHARERS : null);
}

/** The traps that hold for every socket in no table. */
function checksOf({ tables, probes, secondLook }: Evidence): Check[] {
  const checks: Check[] = [];
  if (tables.readAgain) checks.push('tables-again');
  if (probes.apartMs !== null || secondLook === 'taken') checks.push('second-look');
  else if (secondLook === 'off') checks.push('second-look-off');
  if (tables.namespacesSearched && tables.namespacesDenied === 0) checks.push('namespaces');
  return checks;
}

function toListeners(evidence: Evidence): Listeners {
  const listening = new Map<Inode, SocketProbe>();
  const deadByPort = new Map<number, number>();
  evidence.probes.looks.forEach(({ first, second }, inode) => {
    const probe = second ?? first;
    if (probe?.info?.state === 'LISTEN') listening.set(inode, probe);
    else if (probe !== null && probe.local !== null && isOver(probe)) {
      const { port } = probe.local;
      deadByPort.set(port, (deadByPort.get(port) ?? 0) + 1);
    }
  });
  const { own, others } = evidence.tables;
  return new Listeners({
    open: listedIn(evidence),
    tables: own === null ? others : [own, ...others],
    listening,
    deadByPort,
  });
}

/** A file that was duplicated ten thousand times is not listed ten thousand times ten thousand times: the first stand for all. */
const MOST_SHARED = 100;

function toSharedWith({ sharedFiles }: Evidence): ReadonlyMap<OpenDescriptor, readonly number[]> {
  const others = new Map<OpenDescriptor, readonly number[]>();
  for (const group of sharedFiles ?? []) {
    for (const one of group) {
      const fds = (group.length > MOST_SHARED ? group.slice(0, MOST_SHARED) : group).flatMap((other) =>
        other === one ? [] : other.fd,
      );
      others.set(
        one,
        fds.sort((a, b) => a - b),
      );
    }
  }
  return others;
}
