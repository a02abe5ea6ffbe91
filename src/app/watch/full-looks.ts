import { fdKey } from '../../core/model/evidence.ts';
import type { Inode } from '../../core/model/inode.ts';
import type { World } from '../world.ts';
import { type LeanLook, type LeanSight, lookLean, type Orphans } from './lean-look.ts';
import { SparingSs } from './sparing-ss.ts';
import type { SharedWatches } from './shared-watches.ts';

/** Full looks may take this part of one core; in the first minutes more, as few looks must tell then what many tell later. */
const MOST_OF_A_CORE = 0.01;
const MOST_EARLY = 0.05;
const EARLY_MS = 300_000;
/** The cost is the second lowest of so many looks: the first ones, and those that met a busy machine, cost more. */
const COSTS = 5;
/** A socket that is over stays over, unless its program connects it anew: all are asked again at every so manyth look. */
const ASK_AGAIN_EVERY = 10;

export interface FullLooksRequest {
  readonly intervalMs: number;
  /** What this process has used of the processor so far. */
  readonly cpuMs: () => number;
  /** Watches that share what one may cost. */
  readonly shared: Pick<SharedWatches, 'watches'>;
  /** Ends a look that is under way. */
  readonly interrupted: AbortSignal;
}

/**
 * The full looks of a watch: descriptors, tables and autopsy, each tick while that is cheap, else less often.
 */
export class FullLooks {
  readonly #world: World;
  readonly #intervalMs: number;
  readonly #cpuMs: () => number;
  readonly #interrupted: AbortSignal;
  readonly #costs: number[] = [];
  #every = 1;
  #ticksToWait = 0;
  #ticks = 0;
  readonly #shared: Pick<SharedWatches, 'watches'>;
  readonly #before = new Map<number, Before>();
  readonly #ss: SparingSs;

  constructor(world: World, { intervalMs, cpuMs, shared, interrupted }: FullLooksRequest) {
    this.#world = world;
    this.#ss = new SparingSs(world);
    this.#intervalMs = intervalMs;
    this.#cpuMs = cpuMs;
    this.#shared = shared;
    this.#interrupted = interrupted;
  }

  /** A full look every so many ticks. */
  get every(): number {
    return this.#every;
  }

  /** The part of one core that full looks may take now. */
  get share(): number {
    return this.#ticks * this.#intervalMs < EARLY_MS ? MOST_EARLY : MOST_OF_A_CORE;
  }

  isDue(): boolean {
    this.#ticks += 1;
    if (this.#ticksToWait <= 0) return true;
    this.#ticksToWait -= 1;
    return false;
  }

  /** Runs the looks of one tick, and measures what they cost together. */
  async measured<Value>(run: () => Promise<Value>): Promise<Value> {
    const startedAt = this.#cpuMs();
    try {
      return await run();
    } finally {
      this.#adapt(this.#cpuMs() - startedAt);
    }
  }

  async take(pid: number): Promise<LeanSight> {
    const before = this.#before.get(pid) ?? UNKNOWN;
    const known = before.looks % ASK_AGAIN_EVERY === 0 ? NONE : before.known;
    const asks = { pid, ss: this.#ss, known, names: before.names, interrupted: this.#interrupted };
    const sight = await lookLean(this.#world, asks);
    if (sight.kind !== 'seen') this.#before.delete(pid);
    else this.#before.set(pid, toBefore(sight.look, before.looks + 1));
    if (sight.kind === 'seen') this.#ss.learn(sight.look.descriptors);
    return sight;
  }

  #adapt(costMs: number): void {
    this.#costs.push(costMs);
    if (this.#costs.length > COSTS) this.#costs.shift();
    if (this.#costs.length === COSTS) {
      const usualMs = this.#costs.toSorted((a, b) => a - b)[1] ?? 0;
      const wanted = (usualMs * this.#shared.watches) / (this.#intervalMs * this.share);
      // Down again only once it is clearly cheaper: else it changes at every look.
      if (wanted > this.#every || wanted < (this.#every - 1) * 0.8) this.#every = Math.max(1, Math.ceil(wanted));
    }
    this.#ticksToWait = this.#every - 1;
  }
}

/** What the look before left to the next. */
interface Before {
  readonly looks: number;
  readonly known: Orphans;
  readonly names: ReadonlyMap<Inode, string>;
}

const NONE: Orphans = new Map();
const UNKNOWN: Before = { looks: 0, known: NONE, names: new Map() };

function toBefore({ descriptors, names }: LeanLook, looks: number): Before {
  const orphans = descriptors.filter(({ verdict }) => verdict.is === 'orphaned');
  const known = new Map(orphans.map((one) => [fdKey(one.fd, one.tid), one]));
  if (names.size === 0) return { looks, known, names };
  const held = descriptors.flatMap(({ inode }): [Inode, string][] => {
    const name = inode === null ? undefined : names.get(inode);
    return inode === null || name === undefined ? [] : [[inode, name]];
  });
  return { looks, known, names: new Map(held) };
}
