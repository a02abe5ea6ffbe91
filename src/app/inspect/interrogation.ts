import type { Deadline } from '../../collect/deadline.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import type { Patient, SocketAsker } from '../../collect/autopsy.ts';
import type { Looks, ProbeEvidence } from '../../core/model/evidence.ts';
import type { Inode } from '../../core/model/inode.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
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
      const [first, because] = outcome.kind === 'answered' ? [outcome.probe, null] : [null, becauseOf(outcome)];
      this.#looks.set(inode, { first, second: null, because });
    });
    // After the last answer: what lies between the looks is then no less for any of them.
    this.#firstAtMs = this.#clock.monotonicMs();
  }

  async askAgain(unlisted: UnlistedSockets): Promise<void> {
    this.#begunAtMs = this.#clock.monotonicMs();
    this.#apartMs = this.#begunAtMs - this.#firstAtMs;
    await this.#askAll(unlisted, (inode, outcome) => {
      const first = this.#looks.get(inode)?.first ?? null;
      const [second, because] = outcome.kind === 'answered' ? [outcome.probe, null] : [null, becauseOf(outcome)];
      this.#looks.set(inode, { first, second, because });
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
    for (const { first, because } of this.#looks.values()) if (first === null && because !== null) return because;
    return null;
  }

  async #askAll(unlisted: UnlistedSockets, note: (inode: Inode, outcome: ProbeOutcome) => void): Promise<void> {
    const autopsy = this.#autopsy;
    if (!isAsker(autopsy)) return;
    const startedAt = this.#clock.monotonicMs();
    const deadline = this.#deadline.part(this.#deadlineMs);
    await autopsy.prepare(() => toPatients(unlisted), deadline);
    const because = `not probed: the deadline of ${formatDuration(deadline.withinMs)} had passed`;
    for (const [inode, descriptors] of unlisted.entries) {
      if (deadline.isOver()) {
        note(inode, { kind: 'failed', because });
        continue;
      }
      if (deadline.isTired()) await deadline.rest();
      const outcome = askOne(autopsy, inode, descriptors, unlisted);
      if (outcome.kind === 'gone') {
        this.#looks.delete(inode);
        this.#gone.add(inode);
      } else note(inode, outcome);
    }
    this.#tookMs += this.#clock.monotonicMs() - startedAt;
  }
}

function isAsker(autopsy: SocketAsker | Refusal): autopsy is SocketAsker {
  return 'ask' in autopsy;
}

function toPatients({ entries }: UnlistedSockets): Patient[] {
  const patients: Patient[] = [];
  for (const [inode, descriptors] of entries) for (const { fd, tid } of descriptors) patients.push({ fd, tid, inode });
  return patients;
}

/** Asks through the first number that still holds the socket; numbers that do not are dropped. */
function askOne(
  autopsy: SocketAsker,
  inode: Inode,
  descriptors: readonly OpenDescriptor[],
  unlisted: UnlistedSockets,
): ProbeOutcome {
  // What is dropped leaves the list.
  for (let [descriptor] = descriptors; descriptor !== undefined; [descriptor] = descriptors) {
    const outcome = autopsy.ask({ fd: descriptor.fd, tid: descriptor.tid, inode });
    if (outcome.kind !== 'gone') return outcome;
    unlisted.drop(inode, descriptor);
  }
  return { kind: 'gone' };
}

function becauseOf(outcome: ProbeOutcome): string | null {
  return outcome.kind === 'failed' ? outcome.because : null;
}
