import type { Descriptor } from '../../core/model/descriptor.ts';
import { fdKey } from '../../core/model/evidence.ts';
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
  readonly shared: Pick<SharedWatches, 'watches' | 'pace' | 'network' | 'ss'>;
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

  /** Runs the looks of one tick, and measures what they cost together. */
  async measured<Value>(run: () => Promise<Value>): Promise<Value> {
    const startedAt = this.#cpuMs();
    try {
      return await run();
    } finally {
      this.#pace.note(this.#cpuMs() - startedAt);
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
