import type { Descriptor } from '../model/descriptor.ts';
import type { Life } from '../model/life.ts';
import type { Suspect } from '../model/watch.ts';
import { LastingPlaces } from './lasting-places.ts';
import { type Addresses, addressesOf, isSameEndpoint, toNext } from './next-life.ts';

/** What one full look changed. `opened` and `closed` are null where there was no look before it. */
export interface Tracked {
  /** Lives to be written. */
  readonly lives: readonly Life[];
  /** All that began and ended, also what one look alone saw. */
  readonly begun: readonly Life[];
  readonly ended: readonly Life[];
  /** Lives that are found to belong to another place, with the one before. */
  readonly moved: readonly (readonly [life: Life, from: string | null])[];
  readonly isFirst: boolean;
  readonly opened: number | null;
  readonly closed: number | null;
}

interface Tracking {
  life: Life;
  /** The number of the look that saw it last. */
  look: number;
  /** A descriptor becomes a life at its second look; until then nothing of it is kept but a count. */
  isKept: boolean;
  verdict: string;
  leak: string;
}

/**
 * Follows descriptors from look to look: a number that names something else is another descriptor.
 *
 * For sockets the inode tells; all anonymous inodes share one, so for the rest number, kind and name must do.
 */
export class LifeTracker {
  readonly #open = new Map<string, Tracking>();
  readonly #places = new LastingPlaces();
  #lastId: number;
  #look = 0;
  #isFirst = true;

  /** `lastId` is the highest number given to a life so far. */
  constructor(lastId: number) {
    this.#lastId = lastId;
  }

  /** Goes on with lives of a watch before this one: what is still open keeps its age. */
  resume(lives: readonly Life[]): void {
    for (const life of lives) {
      const verdict = life.verdicts.at(-1)?.verdict ?? '';
      const leak = life.suspect ? 'suspect' : 'no';
      this.#open.set(keyOf(life.fd, life.tid), { life, look: 0, isKept: true, verdict, leak });
    }
  }

  /** Takes the descriptors of a full look. */
  track(at: number, segment: number, descriptors: readonly Descriptor[]): Tracked {
    this.#look += 1;
    const isRenamed = this.#places.take(descriptors);
    const changes: Changes = { lives: [], begun: [], ended: [], moved: [] };
    for (const descriptor of descriptors) {
      const key = keyOf(descriptor.fd, descriptor.tid);
      const known = this.#open.get(key);
      if (known !== undefined && isSame(known.life, descriptor)) {
        this.#goOn(known, { at, descriptor, isRenamed }, changes);
        continue;
      }
      if (known !== undefined) this.#end(known, at, changes);
      const begun = this.#begin(at, segment, descriptor);
      this.#open.set(key, begun);
      changes.begun.push(begun.life);
    }
    for (const [key, known] of this.#open) {
      if (known.look === this.#look) continue;
      this.#open.delete(key);
      this.#end(known, at, changes);
    }
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    const { begun, ended } = changes;
    return { ...changes, isFirst, opened: isFirst ? null : begun.length, closed: isFirst ? null : ended.length };
  }

  #end({ life, isKept }: Tracking, at: number, { lives, ended }: Changes): void {
    const over = { ...life, lastSeen: at };
    ended.push(over);
    if (isKept) lives.push(over);
  }

  /** Ends every life: the process is gone, or another. Returns those that were kept. */
  endAll(at: number): Life[] {
    const ended: Life[] = [];
    for (const { isKept, life } of this.#open.values()) if (isKept) ended.push({ ...life, lastSeen: at });
    this.#open.clear();
    this.#isFirst = true;
    return ended;
  }

  /** Every life that is open. */
  open(): Life[] {
    return [...this.#open.values()].map(({ life }) => life);
  }

  /** Lives that one look alone saw so far: at the end of a watch they are kept as well. */
  takeUnkept(): Life[] {
    const unkept = [...this.#open.values()].filter(({ isKept }) => !isKept);
    for (const tracking of unkept) tracking.isKept = true;
    return unkept.map(({ life }) => life);
  }

  /** The lives that are open and were handed out to be kept. */
  kept(): Life[] {
    return [...this.#open.values()].flatMap(({ isKept, life }) => (isKept ? [life] : []));
  }

  /** Descriptors with a suspect verdict, the oldest first. */
  suspects(): Suspect[] {
    const suspects: Suspect[] = [];
    for (const { life, verdict, leak } of this.#open.values()) {
      if (leak === 'no') continue;
      const { fd, inode, firstSeen, local, lastPeer, acceptedOn } = life;
      const since = life.verdicts.at(-1)?.at ?? firstSeen;
      suspects.push({ fd, inode, verdict, since, firstSeen, local, lastPeer, acceptedOn });
    }
    return suspects.sort((a, b) => a.since - b.since);
  }

  #begin(at: number, segment: number, descriptor: Descriptor): Tracking {
    const { fd, tid, inode, kind, target, verdict } = descriptor;
    const { local, remote, acceptedOn } = this.#addressesOf(descriptor);
    this.#lastId += 1;
    const life: Life = {
      id: this.#lastId,
      segment,
      fd,
      tid,
      inode,
      kind,
      target,
      place: this.#places.nameOf(descriptor),
      firstSeen: at,
      lastSeen: null,
      verdicts: [{ at, verdict: verdict.is }],
      suspect: verdict.leak !== 'no',
      local,
      remote,
      lastPeer: remote,
      acceptedOn,
    };
    return { life, look: this.#look, isKept: false, verdict: verdict.is, leak: verdict.leak };
  }

  #goOn(known: Tracking, { at, descriptor, isRenamed }: Sighting, { lives, moved }: Changes): void {
    const { verdict } = descriptor;
    known.look = this.#look;
    known.leak = verdict.leak;
    const isNew = !known.isKept;
    known.isKept = true;
    const isSameVerdict = known.verdict === verdict.is;
    const addresses = this.#addressesOf(descriptor);
    const { remote, acceptedOn } = addresses;
    const before = known.life;
    const isUnmoved =
      isSameEndpoint(before.remote, remote) && (acceptedOn === null || isSameEndpoint(before.acceptedOn, acceptedOn));
    const place = isUnmoved && isSameVerdict && !isRenamed ? before.place : this.#rename(before, descriptor);
    if (isSameVerdict && isUnmoved && place === before.place) {
      if (isNew) lives.push(before);
    } else {
      known.verdict = verdict.is;
      known.life = toNext(before, { at, descriptor, addresses, place, isSameVerdict });
      lives.push(known.life);
      if (place !== before.place) moved.push([known.life, before.place]);
    }
  }

  /** Of a live connection on a port that is listened on, the kernel keeps no listener: its own end says as much. */
  #addressesOf(descriptor: Descriptor): Addresses {
    const { local, remote, acceptedOn } = addressesOf(descriptor);
    const isAccepted = local !== null && remote !== null && this.#places.isAccepting(local.port);
    return { local, remote, acceptedOn: acceptedOn ?? (isAccepted ? local : null) };
  }

  /** A dead socket has lost its addresses: it stays where it was. */
  #rename({ place }: Life, descriptor: Descriptor): string | null {
    const isDead = descriptor.verdict.is === 'orphaned' || descriptor.verdict.is === 'unlisted';
    return isDead && place !== null ? place : this.#places.nameOf(descriptor);
  }
}

interface Changes {
  readonly lives: Life[];
  readonly begun: Life[];
  readonly ended: Life[];
  readonly moved: [life: Life, from: string | null][];
}

/** A descriptor that is the one of the look before. */
interface Sighting {
  readonly at: number;
  readonly descriptor: Descriptor;
  readonly isRenamed: boolean;
}

function isSame(life: Life, { inode, kind, target }: Descriptor): boolean {
  // The inode of a file is not known where time ran out before it was asked for.
  const isOther = life.inode !== null && inode !== null && life.inode !== inode;
  return !isOther && life.kind === kind && life.target === target;
}

function keyOf(fd: number, tid: number | null): string {
  return tid === null ? `${fd}` : `${tid}/${fd}`;
}
