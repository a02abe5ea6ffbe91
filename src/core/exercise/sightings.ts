import { SUSPECT_VERDICTS } from '../classify/verdict-info.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { VerdictName } from '../model/verdict.ts';

/** A busy and healthy program shows suspects for a moment: they count once they stay. */
const PASSING: ReadonlySet<VerdictName> = new Set(SUSPECT_VERDICTS);

/** Remembers since when each descriptor has been what it is, over the looks of one assertion. */
export class Sightings {
  readonly #since = new Map<string, number>();
  #nowMs = 0;

  /** Notes a look; what was not seen at it begins anew when it comes back. Times are of a clock that never jumps. */
  note(descriptors: readonly Descriptor[], nowMs: number): void {
    const gone = new Set(this.#since.keys());
    for (const descriptor of descriptors) {
      if (!PASSING.has(descriptor.verdict.is)) continue;
      const key = keyOf(descriptor);
      gone.delete(key);
      if (!this.#since.has(key)) this.#since.set(key, nowMs);
    }
    for (const key of gone) this.#since.delete(key);
    this.#nowMs = nowMs;
  }

  /** Whether it has been so for `ms`; for verdicts that do not pass by themselves at once. */
  hasStayed(descriptor: Descriptor, ms: number): boolean {
    return !PASSING.has(descriptor.verdict.is) || this.#ageMs(descriptor) >= ms;
  }

  #ageMs(descriptor: Descriptor): number {
    return this.#nowMs - (this.#since.get(keyOf(descriptor)) ?? this.#nowMs);
  }
}

function keyOf({ inode, fd, tid, verdict }: Descriptor): string {
  return `${tid ?? ''}/${fd} ${inode} ${verdict.is}`;
}
