import type { Descriptor } from '../../core/model/descriptor.ts';
import { fdKey } from '../../core/model/evidence.ts';
import type { Inode } from '../../core/model/inode.ts';
import type { World } from '../world.ts';
import { type LeanLook, type LeanSight, lookLean, type KnownDescriptors } from './lean-look.ts';
import type { SsWants } from '../../core/sources/ss.ts';
import { toSsWants } from './sparing-ss.ts';
import type { SharedWatches } from './shared-watches.ts';

/** Full looks may take this part of one core; in the first minutes more, as few looks must tell then what many tell later. */
const MOST_OF_A_CORE = 0.01;
const MOST_EARLY = 0.05;
const EARLY_MS = 300_000;
/** The cost is the second lowest of so many looks: the first ones, and those that met a busy machine, cost more. */
const COSTS = 5;
/** What is known stays so, unless its program connects it anew, or unlinks what it writes: all are asked again at every so manyth look. */
const ASK_AGAIN_EVERY = 10;

export interface FullLooksRequest {
  readonly intervalMs: number;
  /** What this process has used of the processor so far. */
  readonly cpuMs: () => number;
  /** Watches that share what one may cost. */
  readonly shared: Pick<SharedWatches, 'watches' | 'network' | 'ss'>;
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
  readonly #shared: FullLooksRequest['shared'];
  readonly #before = new Map<number, Before>();

  constructor(world: World, { intervalMs, cpuMs, shared, interrupted }: FullLooksRequest) {
    this.#world = { ...world, isHidden: (pid) => world.isHidden(pid), network: shared.network };
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
    const { names, ssWants } = before;
    const asks = { pid, ss: this.#shared.ss, ssWants, known, names, interrupted: this.#interrupted };
    const sight = await lookLean(this.#world, asks);
    if (sight.kind !== 'seen') this.#before.delete(pid);
    else this.#before.set(pid, toBefore(sight.look, before.looks + 1));
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
  readonly known: KnownDescriptors;
  readonly names: ReadonlyMap<Inode, string>;
  readonly ssWants: SsWants;
}

const NONE: KnownDescriptors = new Map();
const UNKNOWN: Before = { looks: 0, known: NONE, names: new Map(), ssWants: { inet: false, unix: false } };

function toBefore({ descriptors, names }: LeanLook, looks: number): Before {
  const known = new Map(descriptors.filter(isLasting).map((one) => [fdKey(one.fd, one.tid), one]));
  const ssWants = toSsWants(descriptors);
  if (names.size === 0) return { looks, known, names, ssWants };
  const held = descriptors.flatMap(({ inode }): [Inode, string][] => {
    const name = inode === null ? undefined : names.get(inode);
    return inode === null || name === undefined ? [] : [[inode, name]];
  });
  return { looks, known, names: new Map(held), ssWants };
}

/** What goes by another link once it is something else, sockets that are over, and those that have no state which a table would tell. */
function isLasting({ kind, socket, verdict }: Descriptor): boolean {
  if (kind !== 'socket') return true;
  if (verdict.is === 'orphaned') return true;
  return socket?.listed === false && (verdict.is === 'datagram' || verdict.is === 'untabulated');
}
