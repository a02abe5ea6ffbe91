import { worstResult } from '../core/model/assertion.ts';
import { renderAssertionText } from '../report/assertion/text.ts';
import { type AssertOptions, type BudgetInput, checkBudget } from './budget.ts';
import { BudgetError, DescriptorLeakError } from './errors.ts';
import { type GrowthOptions, trackGrowth } from './growth.ts';

/** What a matcher answers to `expect`. */
export interface MatcherResult {
  readonly pass: boolean;
  message(): string;
}

/** What `expect` tells a matcher: whether `.not` stands before it. */
export interface MatcherState {
  readonly isNot?: boolean;
}

/** What `expect.extend` of vitest or jest takes. */
export const matchers = {
  /** `await expect(work).not.toLeakDescriptors()`: see {@link trackGrowth}. */
  async toLeakDescriptors(this: MatcherState, work: unknown, options: GrowthOptions = {}): Promise<MatcherResult> {
    if (typeof work !== 'function') throw new TypeError('expect(…).not.toLeakDescriptors() needs a function to run');
    const { leaks, undecided, skipped, message } = await trackGrowth(() => Reflect.apply(work, undefined, []), options);
    if (skipped !== null) return toSkipped(this);
    // What could not be decided is neither: with .not before it, it must not pass.
    if (undecided !== null) throw new DescriptorLeakError(message);
    return {
      pass: leaks.length > 0,
      message: () =>
        leaks.length > 0 ? `expected no descriptors to leak\n${message}` : 'expected descriptors to leak, but none did',
    };
  },

  /** `await expect(pid).toHaveNoOrphanedSockets()`: after settling, no connection that is over has a descriptor. */
  async toHaveNoOrphanedSockets(this: MatcherState, pid: unknown, options: AssertOptions = {}): Promise<MatcherResult> {
    return match(this, pid, { max: { orphaned: 0 } }, options);
  },

  /** `await expect(pid).toHaveOpenDescriptorsBelow(200)`: fewer than so many are open, after settling. */
  async toHaveOpenDescriptorsBelow(
    this: MatcherState,
    pid: unknown,
    below: number,
    options: AssertOptions = {},
  ): Promise<MatcherResult> {
    if (!Number.isSafeInteger(below) || below < 1)
      throw new TypeError(`expected a positive whole number, not ${below}`);
    return match(this, pid, { maxOpen: below - 1 }, options);
  },

  /** `await expect(pid).toStayWithinBudget('budget.yaml')`, or a budget as an object. */
  async toStayWithinBudget(
    this: MatcherState,
    pid: unknown,
    budget: BudgetInput | string,
    options: AssertOptions = {},
  ): Promise<MatcherResult> {
    return match(this, pid, budget, options);
  },
};

const DEFAULT_SETTLE_MS = 1000;

async function match(
  state: MatcherState,
  pid: unknown,
  budget: BudgetInput | string,
  options: AssertOptions,
): Promise<MatcherResult> {
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1)
    throw new TypeError(`expect() needs the pid of a process here, not ${String(pid)}`);
  const settle = typeof budget === 'string' ? {} : { settleMs: DEFAULT_SETTLE_MS };
  const report = await checkBudget(pid, budget, { ...settle, ...options });
  if (report === null) return toSkipped(state);
  const message = (): string => renderAssertionText(report).trimEnd();
  if (worstResult(report.assertions) === 'undecidable') throw new BudgetError(message(), report);
  return { pass: report.passed, message };
}

/** Holds with and without `.not`. */
function toSkipped({ isNot = false }: MatcherState): MatcherResult {
  return { pass: !isNot, message: () => '' };
}
