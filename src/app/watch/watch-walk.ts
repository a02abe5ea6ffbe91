import type { CheckedWalk } from '../../collect/bpf/load-walk.ts';
import type { WalkStep } from '../../collect/bpf/walk-failure.ts';
import type { WalkRow } from '../../core/model/walk.ts';
import { KernelWalks } from '../inspect/kernel-walks.ts';
import type { World } from '../world.ts';

/** From so many descriptors on, a walk costs less than to read each link. */
const WORTH_IT = 256;
const DEADLINE_MS = 1000;

/** Most users may not, and need not; without calls there is more to be said, and it is. */
const QUIET: ReadonlySet<WalkStep> = new Set<WalkStep>(['off', 'map', 'calls']);

/** The kernel's own walk for all watches of one command: loaded once, when a look is first worth it, and let go of when the last has ended. */
export class WatchWalk {
  #load: Promise<CheckedWalk> | null = null;
  #note: string | null = null;

  /** The descriptors of a process that had `count` of them; null where it is to be read by /proc. */
  async over(pid: number, count: number, { loadWalk }: Pick<World, 'loadWalk'>): Promise<readonly WalkRow[] | null> {
    if (count < WORTH_IT) return null;
    this.#load ??= this.#begin(loadWalk);
    const load = await this.#load;
    if (load.kind === 'unavailable') return null;
    const walked = await load.walk.walk({ kind: 'process', pid }, DEADLINE_MS);
    return walked.kind === 'walked' ? walked.rows : null;
  }

  /** For whole looks: of those that the same load serves. */
  forLooks({ loadWalk, clock }: Pick<World, 'loadWalk' | 'clock'>): KernelWalks {
    return new KernelWalks({ clock, loadWalk: () => (this.#load ??= this.#begin(loadWalk)) }, DEADLINE_MS);
  }

  /** Why there is none, once, where there should be one. */
  takeNote(): string | null {
    const note = this.#note;
    this.#note = null;
    return note;
  }

  async dispose(): Promise<void> {
    const load = await this.#load;
    this.#load = null;
    if (load?.kind === 'loaded') load.walk.dispose();
  }

  async #begin(loadWalk: World['loadWalk']): Promise<CheckedWalk> {
    const load = await loadWalk();
    if (load.kind === 'unavailable' && !QUIET.has(load.failure.step))
      this.#note = `descriptors are listed by /proc, at more cost: no walk by the kernel: ${load.failure.because}`;
    return load;
  }
}
