import type { CountedProcess } from '../../core/model/scan.ts';
import { shareOf } from '../../core/scan/choose.ts';
import type { Looked } from './look-at-many.ts';

interface Memory {
  readonly atMs: number;
  /** Open descriptors, as they were counted before the look. */
  readonly open: number | null;
  readonly looked: Looked;
}

const NEAR_LIMIT = 0.5;

/** What looks at the processes of a host saw, from scan to scan: a scan that may not look at all of them tells of the others what was seen last. */
export class RememberedLooks {
  readonly #memories = new Map<string, Memory>();
  #savedMs: number;

  /** `atStartMs`: what looks may take beyond the budget of each scan, once. */
  constructor(atStartMs = 0) {
    this.#savedMs = atStartMs;
  }

  /** Those never seen and those whose count has changed, of them those near their limits first; then those seen longest ago. */
  order(processes: readonly CountedProcess[]): CountedProcess[] {
    const rankOf = (one: CountedProcess): number => {
      const memory = this.#memories.get(nameOf(one));
      if (memory !== undefined && memory.open === one.open) return 2;
      return (shareOf(one) ?? 0) >= NEAR_LIMIT ? 0 : 1;
    };
    const atOf = (one: CountedProcess): number => this.#memories.get(nameOf(one))?.atMs ?? 0;
    return processes
      .map((one) => ({ one, rank: rankOf(one), at: atOf(one) }))
      .sort((a, b) => a.rank - b.rank || a.at - b.at)
      .map(({ one }) => one);
  }

  keep(process: CountedProcess, looked: Looked, atMs: number): void {
    this.#memories.set(nameOf(process), { atMs, open: process.open, looked });
  }

  /** What was seen last, with the counts of now; null where nobody looked yet. */
  recall(process: CountedProcess): Looked | null {
    const looked = this.#memories.get(nameOf(process))?.looked;
    if (looked?.kind !== 'seen') return looked === undefined ? null : { ...looked, process };
    const { open, soft, hard } = process;
    const free = typeof soft === 'number' && open !== null ? Math.max(0, soft - open) : null;
    const seen = { ...looked.seen, open, soft, hard, utilization: shareOf(process), free };
    return { ...looked, process, seen };
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
    const names = new Set(processes.map(nameOf));
    for (const name of this.#memories.keys()) if (!names.has(name)) this.#memories.delete(name);
  }

  /** When the look was taken that is longest ago; null where there is none. */
  get oldestAtMs(): number | null {
    const all = [...this.#memories.values()].map(({ atMs }) => atMs);
    return all.length === 0 ? null : all.reduce((a, b) => Math.min(a, b));
  }
}

function nameOf({ pid, startTicks }: CountedProcess): string {
  return `${pid} ${startTicks}`;
}
