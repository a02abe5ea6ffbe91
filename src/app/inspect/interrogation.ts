import type { Deadline } from '../../collect/deadline.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import type { Patient, SocketAsker } from '../../collect/autopsy.ts';
import type { Looks, ProbeEvidence } from '../../core/model/evidence.ts';
import type { Inode } from '../../core/model/inode.ts';
import type { ProbeOutcome, Refusal } from '../../core/model/probe.ts';
import type { UnlistedSockets } from './unlisted-sockets.ts';
import type { Clock } from '../world.ts';

interface Asking {
  /** What asks, or why nothing does. */
  readonly autopsy: SocketAsker | Refusal;
  /** One round of questions ends after so long. */
  readonly autopsyDeadlineMs: number;
  readonly deadline: Deadline;
}

/** Asks the sockets in no table what they are, at a first look and at a second, and keeps the answers. */
export class Interrogation {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #deadline: Deadline;
  readonly #autopsy: SocketAsker | Refusal;
  readonly #looks = new Map<Inode, Looks>();
  #gone = new Set<Inode>();
  #tookMs = 0;
  #firstAtMs = 0;
  /** When the latest look began; sockets that moved are asked later. */
  #begunAtMs: number | null = null;
  #apartMs: number | null = null;

  constructor(clock: Clock, { autopsy, autopsyDeadlineMs, deadline }: Asking) {
    this.#clock = clock;
    this.#deadlineMs = autopsyDeadlineMs;
    this.#deadline = deadline;
    // One refusal speaks for all: no need to hear it from thousands.
    this.#autopsy = (isAsker(autopsy) ? autopsy.refusal() : null) ?? autopsy;
  }

  get canAsk(): boolean {
    return isAsker(this.#autopsy);
  }

  /** Those that may be of another network namespace than the process, as far as is known before they are asked. */
  straysAmong(unlisted: UnlistedSockets): readonly Inode[] {
    const autopsy = this.#autopsy;
    if (!isAsker(autopsy)) return unlisted.inodes;
    return unlisted.inodes.filter((inode) => {
      const descriptor = unlisted.heldBy(inode)[0];
      return descriptor === undefined || !autopsy.isAtHome({ fd: descriptor.fd, tid: descriptor.tid, inode });
    });
  }

  looksAt(inode: Inode): Looks | undefined {
    return this.#looks.get(inode);
  }

  forget(inode: Inode): void {
    this.#looks.delete(inode);
  }

  /** Sockets that no number they were listed under named any more, since this was asked last. */
  takeGone(): ReadonlySet<Inode> {
    const gone = this.#gone;
    this.#gone = new Set();
    return gone;
  }

  /** A socket that is open, and was under another number each time it was to be asked. */
  noteMoving(inode: Inode): void {
    this.#looks.set(inode, {
      first: null,
      second: null,
      because: 'its descriptor moves: each time it has another number',
    });
  }

  async askFirst(unlisted: UnlistedSockets): Promise<void> {
    this.#begunAtMs ??= this.#clock.monotonicMs();
    await this.#askAll(unlisted, (inode, outcome) => {
      const first = outcome.kind === 'answered' ? outcome.probe : null;
      this.#looks.set(inode, { first, second: null, because: becauseOf(outcome) });
    });
    // After the last answer: what lies between the looks is then no less for any of them.
    this.#firstAtMs = this.#clock.monotonicMs();
  }

  async askAgain(unlisted: UnlistedSockets): Promise<void> {
    this.#begunAtMs = this.#clock.monotonicMs();
    this.#apartMs = this.#begunAtMs - this.#firstAtMs;
    await this.#askAll(unlisted, (inode, outcome) => {
      const first = this.#looks.get(inode)?.first ?? null;
      const second = outcome.kind === 'answered' ? outcome.probe : null;
      this.#looks.set(inode, { first, second, because: becauseOf(outcome) });
    });
  }

  get evidence(): ProbeEvidence {
    const now = this.#clock.monotonicMs();
    const base = { looks: this.#looks, apartMs: this.#apartMs, askedAgoMs: now - (this.#begunAtMs ?? now) };
    if (!isAsker(this.#autopsy)) {
      const { status, because } = this.#autopsy;
      return { ...base, status, because, isChosen: status !== 'skipped', tookMs: null };
    }
    const chosen = { ...base, isChosen: true };
    if (this.#looks.size === 0)
      return { ...chosen, status: 'skipped', because: 'no socket had to be probed', tookMs: null };
    const because = this.#whyUnanswered();
    return { ...chosen, status: because === null ? 'read' : 'partial', because, tookMs: this.#tookMs };
  }

  /** Of the first that did not answer; there may be thousands that did. */
  #whyUnanswered(): string | null {
    const looks = [...this.#looks.values()];
    return looks.find(({ first, because }) => first === null && because !== null)?.because ?? null;
  }

  async #askAll(unlisted: UnlistedSockets, note: (inode: Inode, outcome: ProbeOutcome) => void): Promise<void> {
    const autopsy = this.#autopsy;
    if (!isAsker(autopsy)) return;
    const startedAt = this.#clock.monotonicMs();
    const deadline = this.#deadline.part(this.#deadlineMs);
    await autopsy.prepare(() => toPatients(unlisted), deadline);
    const because = `not probed: the deadline of ${formatDuration(deadline.withinMs)} had passed`;
    const { inodes } = unlisted;
    const count = await deadline.each(inodes, (inode) => {
      const outcome = askOne(autopsy, inode, unlisted);
      if (outcome.kind === 'gone') {
        this.#looks.delete(inode);
        this.#gone.add(inode);
      } else note(inode, outcome);
    });
    inodes.slice(count).forEach((inode) => note(inode, { kind: 'failed', because }));
    this.#tookMs += this.#clock.monotonicMs() - startedAt;
  }
}

function isAsker(autopsy: SocketAsker | Refusal): autopsy is SocketAsker {
  return 'ask' in autopsy;
}

function toPatients(unlisted: UnlistedSockets): Patient[] {
  return unlisted.inodes.flatMap((inode) => unlisted.heldBy(inode).map(({ fd, tid }) => ({ fd, tid, inode })));
}

/** Asks through the first number that still holds the socket; numbers that do not are dropped. */
function askOne(autopsy: SocketAsker, inode: Inode, unlisted: UnlistedSockets): ProbeOutcome {
  const descriptors = unlisted.heldBy(inode);
  // What is dropped leaves the list.
  for (let descriptor = descriptors[0]; descriptor !== undefined; descriptor = descriptors[0]) {
    const outcome = autopsy.ask({ fd: descriptor.fd, tid: descriptor.tid, inode });
    if (outcome.kind !== 'gone') return outcome;
    unlisted.drop(inode, descriptor);
  }
  return { kind: 'gone' };
}

function becauseOf(outcome: ProbeOutcome): string | null {
  return outcome.kind === 'failed' ? outcome.because : null;
}
