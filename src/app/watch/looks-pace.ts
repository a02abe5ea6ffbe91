/** Full looks may take this part of one core; in the first minutes more, as few looks must tell then what many tell later. */
const MOST_OF_A_CORE = 0.01;
const MOST_EARLY = 0.05;
const EARLY_MS = 300_000;
/** One process that watches many may take no more than that in all: two thirds of it go into counting and keeping. */
const MOST_OF_MANY = 0.0035;
/** The cost is the second lowest of so many looks: the first ones, and those that met a busy machine, cost more. */
const COSTS = 5;

/** Of many, before their cost is known: a look at so many in each round, on average. */
const LOOKS_A_ROUND = 12;

/** How often a watch looks at every descriptor: each time while that is cheap, else less often. */
export interface LooksPace {
  /** A full look every so many samples. */
  readonly every: number;
  /** The part of one core that full looks may take now. */
  readonly share: number;
  /** Whether this sample is one with a full look; to be asked once for each. */
  isDue(nowMs: number): boolean;
  /** Told what a look has cost. */
  note(costMs: number): void;
}

/** The pace of the only watch of a process. */
export class OwnPace implements LooksPace {
  readonly #intervalMs: number;
  readonly #costs: number[] = [];
  #ticks = 0;
  #ticksToWait = 0;
  every = 1;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  get share(): number {
    return this.#ticks * this.#intervalMs < EARLY_MS ? MOST_EARLY : MOST_OF_A_CORE;
  }

  isDue(): boolean {
    this.#ticks += 1;
    if (this.#ticksToWait <= 0) return true;
    this.#ticksToWait -= 1;
    return false;
  }

  note(costMs: number): void {
    this.every = adapt(this.#costs, costMs, { every: this.every, budgetMs: this.#intervalMs * this.share });
    this.#ticksToWait = this.every - 1;
  }
}

/**
 * The pace of many watches: all look in the same rounds, so that what one has read serves the others, and none of it is read for the sake of
 * one.
 */
export class CommonPace implements LooksPace {
  readonly #intervalMs: number;
  readonly #watches: () => number;
  readonly #costs: number[] = [];
  #round = -1;
  #firstRound = Infinity;
  #lastRound = -Infinity;
  #looks = 0;
  #spentMs = 0;
  every = 1;
  readonly share = MOST_OF_MANY;

  constructor(intervalMs: number, watches: () => number) {
    this.#intervalMs = intervalMs;
    this.#watches = watches;
  }

  isDue(nowMs: number): boolean {
    const round = Math.floor(nowMs / this.#intervalMs);
    if (round !== this.#round) this.#begin(round);
    return round === this.#lastRound;
  }

  note(costMs: number): void {
    this.#looks += 1;
    this.#spentMs += costMs;
  }

  #begin(round: number): void {
    // Looks that were forced one by one do not tell what all of them cost, nor do the first ever.
    const isFirst = this.#lastRound <= this.#firstRound;
    if (isFirst) this.every = Math.ceil(this.#watches() / LOOKS_A_ROUND);
    else if (this.#lastRound === this.#round && this.#looks > 0) {
      const costMs = (this.#spentMs * this.#watches()) / this.#looks;
      this.every = adapt(this.#costs, costMs, {
        every: this.every,
        budgetMs: this.#intervalMs * this.share,
        leastCosts: 1,
      });
    }
    this.#looks = 0;
    this.#spentMs = 0;
    this.#round = round;
    this.#firstRound = Math.min(this.#firstRound, round);
    if (round - this.#lastRound >= this.every) this.#lastRound = round;
  }
}

/** Notes a cost, and gives the pace that keeps to the budget. */
function adapt(
  costs: number[],
  costMs: number,
  {
    every,
    budgetMs,
    leastCosts = COSTS,
  }: { readonly every: number; readonly budgetMs: number; readonly leastCosts?: number },
): number {
  costs.push(costMs);
  if (costs.length > COSTS) costs.shift();
  if (costs.length < leastCosts) return every;
  const wanted = (costs.toSorted((a, b) => a - b)[costs.length < COSTS ? 0 : 1] ?? 0) / budgetMs;
  // Down again only once it is clearly cheaper: else it changes at every look.
  return wanted > every || wanted < (every - 1) * 0.8 ? Math.max(1, Math.ceil(wanted)) : every;
}
