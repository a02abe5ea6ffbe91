import { fdKey } from '../../core/model/evidence.ts';
import type { World } from '../world.ts';
import { type LeanLook, type LeanSight, lookLean, type Orphans } from './lean-look.ts';
import { SparingSs } from './sparing-ss.ts';

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
  readonly #orphans = new Map<number, { readonly looks: number; readonly known: Orphans }>();
  readonly #ss: SparingSs;

  constructor(world: World, { intervalMs, cpuMs, interrupted }: FullLooksRequest) {
    this.#world = world;
    this.#ss = new SparingSs(world);
    this.#intervalMs = intervalMs;
    this.#cpuMs = cpuMs;
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

  async take(pid: number): Promise<LeanSight> {
    const startedAt = this.#cpuMs();
    const before = this.#orphans.get(pid);
    const known = before === undefined || before.looks % ASK_AGAIN_EVERY === 0 ? NONE : before.known;
    const sight = await lookLean(this.#world, { pid, ss: this.#ss, known, interrupted: this.#interrupted });
    if (sight.kind !== 'seen') this.#orphans.delete(pid);
    else this.#orphans.set(pid, { looks: (before?.looks ?? 0) + 1, known: toOrphans(sight.look) });
    this.#adapt(this.#cpuMs() - startedAt);
    if (sight.kind === 'seen') this.#ss.learn(sight.look.descriptors);
    return sight;
  }

  #adapt(costMs: number): void {
    this.#costs.push(costMs);
    if (this.#costs.length > COSTS) this.#costs.shift();
    if (this.#costs.length === COSTS) {
      const usualMs = this.#costs.toSorted((a, b) => a - b)[1] ?? 0;
      const wanted = usualMs / (this.#intervalMs * this.share);
      // Down again only once it is clearly cheaper: else it changes at every look.
      if (wanted > this.#every || wanted < (this.#every - 1) * 0.8) this.#every = Math.max(1, Math.ceil(wanted));
    }
    this.#ticksToWait = this.#every - 1;
  }
}

const NONE: Orphans = new Map();

function toOrphans({ descriptors }: LeanLook): Orphans {
  const orphans = descriptors.filter(({ verdict }) => verdict.is === 'orphaned');
  return new Map(orphans.map((one) => [fdKey(one.fd, one.tid), one]));
}
