import type { CountedProcess } from '../../core/model/counted-process.ts';
import { shareOf } from '../../core/scan/choose.ts';
import type { Looked } from './look-at-many.ts';

interface Memory {
  readonly atMs: number;
  readonly startTicks: number;
  /** Open descriptors, as they were counted before the look. */
  readonly open: number | null;
  readonly looked: Looked;
  /** As it was recalled last: the look was at other counts. */
  recalled: Looked | null;
}

const NEAR_LIMIT = 0.5;

/** What looks at the processes of a host saw, from scan to scan: a scan that may not look at all of them tells of the others what was seen last. */
export class RememberedLooks {
  readonly #memories = new Map<number, Memory>();
  #savedMs: number;

  /** `atStartMs`: what looks may take beyond the budget of each scan, once. */
  constructor(atStartMs = 0) {
    this.#savedMs = atStartMs;
  }

  /** Those never seen and those whose count has changed, of them those near their limits first; then those seen longest ago. */
  order(processes: readonly CountedProcess[]): CountedProcess[] {
    return processes
      .map((one) => {
        const memory = this.#find(one);
        const isNew = memory === null || memory.open !== one.open;
        const isNear = isNew && (shareOf(one) ?? 0) >= NEAR_LIMIT;
        return { one, rank: isNear ? 0 : isNew ? 1 : 2, at: memory?.atMs ?? 0 };
      })
      .sort((a, b) => a.rank - b.rank || a.at - b.at)
      .map(({ one }) => one);
  }

  keep(process: CountedProcess, looked: Looked, atMs: number): void {
    const { pid, startTicks, open } = process;
    this.#memories.set(pid, { atMs, startTicks, open, looked, recalled: null });
  }

  /** What was seen last, with the counts of now, the same object for the same process; null where nobody looked yet. */
  recall(process: CountedProcess): Looked | null {
    const memory = this.#find(process);
    if (memory === null) return null;
    if (memory.recalled?.process !== process) memory.recalled = withCounts(memory.looked, process);
    return memory.recalled;
  }

  /** Adds the budget of one scan, and tells how long its looks may take: one look at a large process can take what many scans earn. */
  earn(ms: number): number {
    this.#savedMs = this.#savedMs > 0 ? Math.max(this.#savedMs, ms) : this.#savedMs + ms;
    return this.#savedMs;
  }

  spend(ms: number): void {
    this.#savedMs -= ms;
  }

  /** Forgets those that have ended. */
  keepOnly(processes: readonly CountedProcess[]): void {
    const now = new Map(processes.map(({ pid, startTicks }) => [pid, startTicks]));
    for (const [pid, { startTicks }] of this.#memories) if (now.get(pid) !== startTicks) this.#memories.delete(pid);
  }

  /** When the look was taken that is longest ago; null where there is none. */
  get oldestAtMs(): number | null {
    let oldest = Infinity;
    for (const { atMs } of this.#memories.values()) oldest = Math.min(oldest, atMs);
    return oldest === Infinity ? null : oldest;
  }

  /** A pid that another process has is not it. */
  #find({ pid, startTicks }: CountedProcess): Memory | null {
    const memory = this.#memories.get(pid);
    return memory?.startTicks === startTicks ? memory : null;
  }
}

function withCounts(looked: Looked, process: CountedProcess): Looked {
  if (looked.kind !== 'seen') return { ...looked, process };
  const { open, soft, hard } = process;
  const free = typeof soft === 'number' && open !== null ? Math.max(0, soft - open) : null;
  return { ...looked, process, seen: { ...looked.seen, open, soft, hard, utilization: shareOf(process), free } };
}
