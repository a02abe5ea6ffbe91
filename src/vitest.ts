/**
 * Matchers for vitest; importing the module adds them to `expect`.
 *
 *     import 'fdleak/vitest';
 *     await expect(async () => { await request('/') }).not.toLeakDescriptors();
 */
import { expect } from 'vitest';
import type { AssertOptions, BudgetInput } from './library/budget.ts';
import type { GrowthOptions } from './library/growth.ts';
import { matchers } from './library/matchers.ts';

export { verifyNoDescriptorLeaks, type VerifyHook, type VerifyOptions } from './library/verify.ts';
export type { AssertOptions, BudgetInput } from './library/budget.ts';
export type { GrowthOptions } from './library/growth.ts';

export interface DescriptorMatchers<R> {
  /** Of a function: some descriptors stay open after every run of it. */
  toLeakDescriptors(options?: GrowthOptions): Promise<R>;
  /** Of a pid: no connection that is over still has a descriptor. */
  toHaveNoOrphanedSockets(options?: AssertOptions): Promise<R>;
  /** Of a pid: fewer than `below` descriptors are open. */
  toHaveOpenDescriptorsBelow(below: number, options?: AssertOptions): Promise<R>;
  /** Of a pid: it is within the budget of this file, or this one. */
  toStayWithinBudget(budget: BudgetInput | string, options?: AssertOptions): Promise<R>;
}

declare module 'vitest' {
  interface Matchers<T> extends DescriptorMatchers<T> {}
}

expect.extend(matchers);
