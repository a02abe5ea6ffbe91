import type { Descriptor } from '../model/descriptor.ts';
import type { Life, VerdictChange } from '../model/history.ts';
import type { Endpoint } from '../model/socket.ts';
import type { Suspect } from '../model/watch.ts';

/** What one full look changed. `opened` and `closed` are null where there was no look before it. */
export interface Tracked {
  readonly lives: readonly Life[];
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
    const lives: Life[] = [];
    let opened = 0;
    let closed = 0;
    for (const descriptor of descriptors) {
      const key = keyOf(descriptor.fd, descriptor.tid);
      const known = this.#open.get(key);
      if (known !== undefined && isSame(known.life, descriptor)) {
        if (this.#goOn(known, at, descriptor)) lives.push(known.life);
        continue;
      }
      if (known !== undefined) {
        closed += 1;
        if (known.isKept) lives.push({ ...known.life, lastSeen: at });
      }
      opened += 1;
      this.#open.set(key, this.#begin(at, segment, descriptor));
    }
    for (const [key, known] of this.#open) {
      if (known.look === this.#look) continue;
      closed += 1;
      this.#open.delete(key);
      if (known.isKept) lives.push({ ...known.life, lastSeen: at });
    }
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    return { lives, opened: isFirst ? null : opened, closed: isFirst ? null : closed };
  }

  /** Ends every life: the process is gone, or another. Returns those that were kept. */
  endAll(at: number): Life[] {
    const ended: Life[] = [];
    for (const { isKept, life } of this.#open.values()) if (isKept) ended.push({ ...life, lastSeen: at });
    this.#open.clear();
    this.#isFirst = true;
    return ended;
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
    const { local, remote, acceptedOn } = addressesOf(descriptor);
    this.#lastId += 1;
    const life: Life = {
      id: this.#lastId,
      segment,
      fd,
      tid,
      inode,
      kind,
      target,
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

  /** Whether the life is to be written. */
  #goOn(known: Tracking, at: number, descriptor: Descriptor): boolean {
    const { verdict } = descriptor;
    known.look = this.#look;
    known.leak = verdict.leak;
    const isNew = !known.isKept;
    known.isKept = true;
    const isSameVerdict = known.verdict === verdict.is;
    const { local, remote, acceptedOn } = addressesOf(descriptor);
    const before = known.life;
    const isUnmoved = isEqual(before.remote, remote) && (acceptedOn === null || isEqual(before.acceptedOn, acceptedOn));
    if (isSameVerdict && isUnmoved) return isNew;
    const change: VerdictChange[] = isSameVerdict ? [] : [{ at, verdict: verdict.is }];
    known.verdict = verdict.is;
    known.life = {
      ...before,
      verdicts: addChange(before.verdicts, change),
      suspect: before.suspect || verdict.leak !== 'no',
      local: local ?? before.local,
      remote,
      lastPeer: remote ?? before.lastPeer,
      acceptedOn: acceptedOn ?? before.acceptedOn,
    };
    return true;
  }
}

/** What flaps for months stays small: the first verdict and the latest are kept. */
const KEPT_VERDICTS = 32;

function addChange(before: readonly VerdictChange[], change: readonly VerdictChange[]): VerdictChange[] {
  const all = [...before, ...change];
  return all.length <= KEPT_VERDICTS ? all : [...all.slice(0, 1), ...all.slice(1 - KEPT_VERDICTS)];
}

interface Addresses {
  readonly local: Endpoint | null;
  readonly remote: Endpoint | null;
  readonly acceptedOn: Endpoint | null;
}

const NOWHERE: Addresses = { local: null, remote: null, acceptedOn: null };

function addressesOf({ socket }: Descriptor): Addresses {
  if (socket === null || (socket.family !== 'inet' && socket.family !== 'inet6')) return NOWHERE;
  return { local: socket.local, remote: socket.remote, acceptedOn: socket.acceptedOn };
}

function isSame(life: Life, { inode, kind, target }: Descriptor): boolean {
  return life.inode === inode && life.kind === kind && life.target === target;
}

function isEqual(a: Endpoint | null, b: Endpoint | null): boolean {
  return a === b || (a !== null && b !== null && a.port === b.port && a.address === b.address);
}

function keyOf(fd: number, tid: number | null): string {
  return tid === null ? `${fd}` : `${tid}/${fd}`;
}
