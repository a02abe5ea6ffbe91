import type { OpenKeys } from '../../core/exercise/growth.ts';
import { Looker } from '../inspect/take-look.ts';
import type { World } from '../world.ts';

/** Something that is done to a process, again and again, to see what stays. */
export interface Exercise {
  readonly warmup: number;
  readonly runs: number;
  /** How long descriptors that are about to be closed are waited for after each run. */
  readonly calmMs: number;
  /** Does it once; null, or why it could not be done. */
  run(): Promise<string | null>;
}

export interface Exercised {
  /** Before the first run that counts, then after each. */
  readonly looks: readonly OpenKeys[];
  /** Why it ended before its time; null when it did not. */
  readonly because: string | null;
}

/** Runs an exercise, warm-up first, and takes a look at the process after each run that counts. */
export async function measureExercise(
  world: World,
  pid: number,
  exercise: Exercise,
  onProgress: (what: string) => void,
): Promise<Exercised> {
  const looks: OpenKeys[] = [];
  const looker = new Looker(world, pid);
  for (let run = 1 - exercise.warmup; run <= exercise.runs; run++) {
    if (run === 1) {
      const because = await look();
      if (because !== null) return { looks, because };
    }
    const name = run < 1 ? `warm-up ${run + exercise.warmup} of ${exercise.warmup}` : `run ${run} of ${exercise.runs}`;
    onProgress(`exercise: ${name}`);
    const failure = await exercise.run();
    if (failure !== null) return { looks, because: `${name} of the exercise: ${failure}` };
    const because = run < 1 ? null : await look();
    if (because !== null) return { looks, because: `after ${name} of the exercise: ${because}` };
  }
  return { looks, because: null };

  /** Looks until the number no longer falls, where it has risen. */
  async function look(): Promise<string | null> {
    const before = looks.at(-1)?.size ?? 0;
    const until = world.clock.monotonicMs() + exercise.calmMs;
    let last: OpenKeys | null = null;
    for (let pauseMs = 10; ; pauseMs *= 2) {
      const taken = looker.take();
      if (taken.kind !== 'read') return `${taken.path} is ${taken.kind}`;
      const isCalm = taken.value.size <= before || (last !== null && pauseMs > 40 && taken.value.size >= last.size);
      last = taken.value;
      if (isCalm || world.clock.monotonicMs() + pauseMs > until) {
        looks.push(last);
        return null;
      }
      await world.clock.sleep(pauseMs);
    }
  }
}
