import type { Match, Target } from '../../core/model/target.ts';
import { parseProcStat } from '../../core/parse/proc-stat.ts';
import { findTarget, formatTarget } from '../find-target.ts';
import type { World } from '../world.ts';

/** Where the target is now. `over`: it has ended, and nobody follows it. */
export type Sighting =
  | { readonly kind: 'seen'; readonly match: Match; readonly exe: string | null }
  | { readonly kind: 'gone'; readonly because: string }
  | { readonly kind: 'over'; readonly because: string };

/** Keeps to the process that a target names, and finds its successor when it has ended. */
export class Pursuit {
  readonly #world: World;
  readonly #target: Target;
  readonly #follows: boolean;
  #match: Match | null;

  constructor(world: World, target: Target, { follows, first }: { follows: boolean; first: Match | null }) {
    this.#world = world;
    this.#target = target;
    this.#follows = follows;
    this.#match = first;
  }

  sight(): Sighting {
    const before = this.#match;
    const still = before === null ? null : this.#toPresent(before);
    if (still !== null) return this.#seen(still);
    if (before !== null && !this.#follows) {
      return { kind: 'over', because: `process ${before.pid} (${before.comm}) has ended` };
    }
    const found = findTarget(this.#world, this.#target);
    if (found.kind === 'none') {
      this.#match = null;
      return { kind: 'gone', because: found.because };
    }
    // Of several, the youngest is the successor.
    const match = found.kind === 'found' ? found.match : found.matches.at(-1);
    const present = match === undefined ? null : this.#toPresent(match);
    if (present !== null) return this.#seen(present);
    this.#match = null;
    return { kind: 'gone', because: `${formatTarget(this.#target)} has ended` };
  }

  /**
   * The same process by its present name, which an exec changes. Only what is not there is gone, null: a stat that could not be opened (no
   * descriptor left to open it with) says nothing.
   */
  #toPresent(match: Match): Match | null {
    const { pid, startTicks } = match;
    const text = this.#world.proc.text(`${pid}/stat`);
    if (text.kind !== 'read') return text.kind === 'gone' ? null : match;
    const stat = parseProcStat(text.value);
    if (stat.kind === 'fault') return match;
    const isStill = stat.startTicks === startTicks && !this.#isDead(pid, stat.state);
    return isStill ? { ...match, comm: stat.comm } : null;
  }

  /** A zombie whose threads have ended holds no descriptors any more. */
  #isDead(pid: number, state: string): boolean {
    if (state !== 'Z' && state !== 'X') return false;
    const tasks = this.#world.proc.names(`${pid}/task`);
    return tasks.kind === 'gone' || (tasks.kind === 'read' && tasks.value.length <= 1);
  }

  #seen(match: Match): Sighting {
    this.#match = match;
    const exe = this.#world.proc.link(`${match.pid}/exe`);
    // A package upgrade unlinks the file of a process that runs on: that is no exec.
    return { kind: 'seen', match, exe: exe.kind === 'read' ? exe.value.replace(/ \(deleted\)$/, '') : null };
  }
}
