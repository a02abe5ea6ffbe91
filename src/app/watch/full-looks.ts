import type { Inode } from '../../core/model/inode.ts';
import type { World } from '../world.ts';
import { type LeanLook, type LeanSight, lookLean, type KnownDescriptors } from './lean-look.ts';
import type { SsWants } from '../../core/sources/ss.ts';
import { toSsWants } from './sparing-ss.ts';
import { type LooksPace, OwnPace } from './looks-pace.ts';
import type { SharedWatches } from './shared-watches.ts';

/** What is known stays so, unless its program connects it anew, or unlinks what it writes: all are asked again at every so manyth look. */
const ASK_AGAIN_EVERY = 10;

export interface FullLooksRequest {
  readonly intervalMs: number;
  /** What this process has used of the processor so far. */
  readonly cpuMs: () => number;
  /** Watches that share what one may cost. */
  readonly shared: Pick<SharedWatches, 'watches' | 'pace' | 'network' | 'ss' | 'walk'>;
  /** Ends a look that is under way. */
  readonly interrupted: AbortSignal;
}

/**
 * The full looks of a watch: descriptors, tables and autopsy, each tick while that is cheap, else less often.
 */
export class FullLooks {
  readonly #world: World;
  readonly #cpuMs: () => number;
  readonly #interrupted: AbortSignal;
  readonly #pace: LooksPace;
  readonly #shared: FullLooksRequest['shared'];
  readonly #before = new Map<number, Before>();
  #every = 1;

  constructor(world: World, { intervalMs, cpuMs, shared, interrupted }: FullLooksRequest) {
    this.#world = { ...world, isHidden: (pid) => world.isHidden(pid), network: shared.network };
    this.#pace = shared.pace ?? new OwnPace(intervalMs);
    this.#cpuMs = cpuMs;
    this.#shared = shared;
    this.#interrupted = interrupted;
  }

  get pace(): LooksPace {
    return this.#pace;
  }

  /** A full look every so many samples, as it was last said. */
  get every(): number {
    return this.#every;
  }

  /** Runs the looks of one tick, and measures what they cost together. */
  async measured<Value>(run: () => Promise<Value>): Promise<Value> {
    const startedAt = this.#cpuMs();
    try {
      return await run();
    } finally {
      this.#pace.note(this.#cpuMs() - startedAt);
    }
  }

  /** What is new to be said of how they are taken. */
  takeNotes(): string[] {
    const note = this.#shared.walk.takeNote();
    return [...this.#sayPace(), ...(note === null ? [] : [note])];
  }

  async take(pid: number): Promise<LeanSight> {
    const before = this.#before.get(pid) ?? UNKNOWN;
    const { looks, names, ssWants, look } = before;
    // Not of all processes in one round.
    const asksAll = (looks + pid) % ASK_AGAIN_EVERY === 0;
    const known = asksAll ? NONE : (look?.byKey ?? NONE);
    const settled =
      !asksAll && before.toSkip === 0 && look !== null && look.settled !== null ? { as: look.settled, look } : null;
    const { ss, walk } = this.#shared;
    const asks = { pid, ss, walk, ssWants, known, settled, names, interrupted: this.#interrupted };
    const sight = await lookLean(this.#world, asks);
    if (sight.kind !== 'seen') this.#before.delete(pid);
    else if (sight.look === look) this.#before.set(pid, { ...before, looks: looks + 1, missed: 0 });
    else this.#before.set(pid, toBefore(sight.look, { ...before, hasMissed: settled !== null }));
    return sight;
  }

  #sayPace(): string[] {
    const { every, share } = this.#pace;
    if (every === this.#every) return [];
    this.#every = every;
    return [
      every === 1
        ? 'full looks at every sample again'
        : `a full look at every sample would cost more than ${100 * share} % of a core: one every ${every} samples`,
    ];
  }
}

/** What the look before left to the next. */
interface Before {
  readonly looks: number;
  readonly look: LeanLook | null;
  readonly names: ReadonlyMap<Inode, string>;
  readonly ssWants: SsWants;
  /** How often in a row a process was expected to be as it was, and was not. */
  readonly missed: number;
  /** So many looks are whole at once, for that. */
  readonly toSkip: number;
}

const NONE: KnownDescriptors = new Map();
const UNKNOWN: Before = {
  looks: 0,
  look: null,
  names: new Map(),
  ssWants: { inet: false, unix: false },
  missed: 0,
  toSkip: 0,
};
const MOST_SKIPPED = 7;

function toBefore(look: LeanLook, before: Before & { readonly hasMissed: boolean }): Before {
  const { descriptors, names } = look;
  const ssWants = toSsWants(descriptors);
  const missed = before.hasMissed ? before.missed + 1 : before.missed;
  const toSkip = before.hasMissed ? Math.min(2 ** missed - 1, MOST_SKIPPED) : Math.max(0, before.toSkip - 1);
  const rest = { look, ssWants, missed, toSkip, looks: before.looks + 1 };
  if (names.size === 0) return { ...rest, names };
  const held = descriptors.flatMap(({ inode }): [Inode, string][] => {
    const name = inode === null ? undefined : names.get(inode);
    return inode === null || name === undefined ? [] : [[inode, name]];
  });
  return { ...rest, names: new Map(held) };
}
