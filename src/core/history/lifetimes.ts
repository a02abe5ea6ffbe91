/** Four buckets for each doubling: a quantile is right to a fifth. */
const PER_DOUBLING = 4;

/** How long things lived, in bounded memory: a histogram on a logarithmic scale. */
export class Lifetimes {
  readonly #buckets = new Map<number, number>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(ms: number): void {
    const bucket = Math.ceil(Math.log2(Math.max(1, ms)) * PER_DOUBLING);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
    this.#count += 1;
  }

  addAll(others: Lifetimes): void {
    for (const [bucket, count] of others.#buckets) this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + count);
    this.#count += others.#count;
  }

  /** The lifetime that this part of them did not exceed, rounded up to a bucket; null of none. `quantile(0.5)` is the median. */
  quantile(part: number): number | null {
    let left = Math.ceil(part * this.#count);
    for (const [bucket, count] of [...this.#buckets].toSorted(([a], [b]) => a - b)) {
      left -= count;
      if (left <= 0) return Math.round(2 ** (bucket / PER_DOUBLING));
    }
    return null;
  }
}
