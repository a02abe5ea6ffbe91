import type { Autopsy } from '../../collect/autopsy.ts';
import { CERTAIN_APART_MS, isWorthWaitingFor } from '../../core/classify/orphan.ts';
import type { Inode } from '../../core/model/inode.ts';
import type { AutopsyFacts, Looks } from '../../core/model/facts.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
import type { SourceStatus } from '../../core/model/source.ts';
import type { ProbeOutcome } from '../../core/model/probe.ts';
import type { UnlistedSockets } from './unlisted-sockets.ts';
import type { Clock } from '../world.ts';

interface InterrogationRequest {
  readonly autopsy: Autopsy | null;
  /** Why nobody is asked himself; null when sockets are. */
  readonly noAutopsyBecause: string | null;
  readonly deadlineMs: number;
}

/** Why nobody is asked where `--sources` leaves it out. */
export const NOT_CHOSEN = 'not chosen (--sources)';

/** The clock is asked once in so many sockets. */
const STRIDE = 64;

/** Asks the sockets in no table what they are, at a first look and at a second, and keeps the answers. */
export class Interrogation {
  readonly #clock: Clock;
  readonly #request: InterrogationRequest;
  readonly #looks = new Map<Inode, Looks>();
  #refusal: string | null;
  #tookMs = 0;
  #firstAtMs = 0;
  #apartMs: number | null = null;

  constructor(clock: Clock, request: InterrogationRequest) {
    this.#clock = clock;
    this.#request = request;
    // One refusal speaks for all: no need to hear it from thousands.
    this.#refusal = request.noAutopsyBecause ?? request.autopsy?.refusal() ?? null;
  }

  get canAsk(): boolean {
    return this.#request.autopsy !== null && this.#refusal === null;
  }

  looksAt(inode: Inode): Looks | undefined {
    return this.#looks.get(inode);
  }

  forget(inode: Inode): void {
    this.#looks.delete(inode);
  }

  askFirst(unlisted: UnlistedSockets): void {
    this.#askAll(unlisted, (inode, outcome) => {
      const [first, because] = outcome.kind === 'answered' ? [outcome.probe, null] : [null, becauseOf(outcome)];
      this.#looks.set(inode, { first, second: null, because });
    });
    // After the last answer: what lies between the looks is then no less for any of them.
    this.#firstAtMs = this.#clock.monotonicMs();
  }

  askAgain(unlisted: UnlistedSockets): void {
    this.#apartMs = this.#clock.monotonicMs() - this.#firstAtMs;
    this.#askAll(unlisted, (inode, outcome) => {
      const first = this.#looks.get(inode)?.first ?? null;
      const [second, because] = outcome.kind === 'answered' ? [outcome.probe, null] : [null, becauseOf(outcome)];
      this.#looks.set(inode, { first, second, because });
    });
  }

  /** How long to wait for the look that makes silent orphans certain; 0 when there is none to wait for. */
  get confirmationMs(): number {
    const leftMs = CERTAIN_APART_MS - (this.#apartMs ?? CERTAIN_APART_MS);
    if (leftMs <= 0) return 0;
    for (const looks of this.#looks.values()) if (isWorthWaitingFor(looks)) return Math.ceil(leftMs);
    return 0;
  }

  get facts(): AutopsyFacts {
    const base = { looks: this.#looks, apartMs: this.#apartMs };
    if (this.#refusal !== null) {
      return { ...base, status: this.#statusOfRefusal(this.#refusal), because: this.#refusal, tookMs: null };
    }
    if (this.#looks.size === 0)
      return { ...base, status: 'skipped', because: 'no socket was left to ask', tookMs: null };
    const because =
      [...this.#looks.values()].find(({ first, because }) => first === null && because !== null)?.because ?? null;
    return { ...base, status: because === null ? 'read' : 'partial', because, tookMs: this.#tookMs };
  }

  #statusOfRefusal(refusal: string): SourceStatus {
    if (refusal === NOT_CHOSEN) return 'skipped';
    return this.#request.noAutopsyBecause === null && !refusal.includes('Linux 5.6') ? 'denied' : 'unavailable';
  }

  #askAll(unlisted: UnlistedSockets, note: (inode: Inode, outcome: ProbeOutcome) => void): void {
    const { autopsy, deadlineMs } = this.#request;
    if (autopsy === null || this.#refusal !== null) return;
    const startedAt = this.#clock.monotonicMs();
    let asked = 0;
    let isLate = false;
    for (const [inode, descriptors] of unlisted.entries) {
      if (asked++ % STRIDE === 0) isLate ||= this.#clock.monotonicMs() - startedAt > deadlineMs;
      if (isLate) {
        note(inode, { kind: 'failed', because: `not asked: ${deadlineMs} ms were over` });
        continue;
      }
      const outcome = this.#askOne(autopsy, inode, descriptors, unlisted);
      if (outcome.kind === 'gone') this.#looks.delete(inode);
      else note(inode, outcome);
    }
    this.#tookMs += this.#clock.monotonicMs() - startedAt;
  }

  /** Asks through the first number that still holds the socket; numbers that do not are dropped. */
  #askOne(
    autopsy: Autopsy,
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
}

function becauseOf(outcome: ProbeOutcome): string | null {
  return outcome.kind === 'failed' ? outcome.because : null;
}
