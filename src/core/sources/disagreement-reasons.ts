import type { Disagreement } from '../model/source.ts';

/** Collects descriptors by the reason they are seen differently. */
export class DisagreementReasons {
  readonly #between: readonly [string, string];
  readonly #fds = new Map<string, number[]>();

  constructor(a: string, b: string) {
    this.#between = [a, b];
  }

  add(fd: number | null, because: string): void {
    const known = this.#fds.get(because) ?? [];
    if (fd !== null) known.push(fd);
    this.#fds.set(because, known);
  }

  toDisagreements(): Disagreement[] {
    return [...this.#fds].map(([because, fds]) => ({
      between: this.#between,
      fds: fds.sort((a, b) => a - b),
      because,
    }));
  }
}
