import { readExe, readOwnership } from '../../collect/process-identity.ts';
import type { Match, Target } from '../../core/model/target.ts';
import { parseProcStat } from '../../core/parse/proc-stat.ts';
import { findTarget, formatTarget } from '../find-target.ts';
import type { World } from '../world.ts';

/** Where the target is now. `over`: it has ended, and nobody follows it. */
export type Sighting =
  /** `note`: in what a successor differs from the process before it; null where it does not, or is none. */
  | {
      readonly kind: 'seen';
      readonly match: Match;
      readonly exe: string | null;
      readonly note: string | null;
      /** Whether its first thread is about to end, or has ended. */
      readonly isExiting: boolean;
    }
  | { readonly kind: 'gone'; readonly because: string }
  | { readonly kind: 'over'; readonly because: string };

/** Who runs a process: the program without the mark of an upgrade, and the cgroup it is in. */
interface Ownership {
  readonly uid: number | null;
  readonly exe: string | null;
  readonly cgroup: string | null;
}

/** User and cgroup of a process seldom change: they are read at every so manyth sight, and with another program. */
const OWNERSHIP_EVERY = 6;

/** Keeps to the process that a target names, and finds its successor when it has ended. */
export class Pursuit {
  readonly #world: World;
  readonly #target: Target;
  readonly #follows: boolean;
  #match: Match | null;
  #ownership: Ownership | null = null;
  #sights = 0;
  #isExiting = false;

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
    this.#match = null;
    if (found.kind === 'none') return { kind: 'gone', because: found.because };
    const matches = found.kind === 'found' ? [found.match] : found.matches;
    // Of several, the youngest is the successor; names, ports and pid files are there for every user.
    const match = matches.findLast((one) => this.#isOfSameUser(one)) ?? matches.at(-1);
    const present = match === undefined ? null : this.#toPresent(match);
    return present === null
      ? { kind: 'gone', because: `${formatTarget(this.#target)} has ended` }
      : this.#seen(present);
  }

  #isOfSameUser({ pid }: Match): boolean {
    return this.#ownership === null || readOwnership(this.#world.proc, pid).uid === this.#ownership.uid;
  }

  /**
   * The same process by its present name, which an exec changes. Only what is not there is gone, null: a stat that could not be opened (no
   * descriptor left to open it with) says nothing.
   */
  #toPresent(match: Match): Match | null {
    const { pid, startTicks } = match;
    const text = this.#world.proc.text(`${pid}/stat`);
    this.#isExiting = false;
    if (text.kind !== 'read') return text.kind === 'gone' ? null : match;
    const stat = parseProcStat(text.value);
    if (stat.kind === 'fault') return match;
    this.#isExiting = stat.isExiting;
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
    const isSuccessor = this.#match === null;
    this.#match = match;
    const exe = readExe(this.#world.proc, match.pid);
    const isExiting = this.#isExiting;
    const isDue = this.#sights++ % OWNERSHIP_EVERY === 0;
    if (!isSuccessor && !isDue && this.#ownership?.exe === exe)
      return { kind: 'seen', match, exe, note: null, isExiting };
    const now = readOwnership(this.#world.proc, match.pid);
    const note = isSuccessor && this.#ownership !== null ? formatDifference(match.pid, this.#ownership, now) : null;
    this.#ownership = now;
    return { kind: 'seen', match, exe: now.exe, note, isExiting };
  }
}

/** `process 99 is another program: /usr/bin/b, before /usr/bin/a`; null where nothing differs that is known of both. */
function formatDifference(pid: number, before: Ownership, now: Ownership): string | null {
  const parts = [
    { what: 'runs as another user', from: before.uid, to: now.uid },
    { what: 'is another program', from: before.exe, to: now.exe },
    { what: 'is in another cgroup', from: before.cgroup, to: now.cgroup },
  ].filter(({ from, to }) => from !== null && to !== null && from !== to);
  if (parts.length === 0) return null;
  return `process ${pid} ${parts.map(({ what, from, to }) => `${what}: ${to}, before ${from}`).join('; it ')}`;
}
