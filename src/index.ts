/**
 * The library: file-descriptor budgets and leaks of a process, in code. Typed, silent, never ends the process.
 *
 *     import { assertBudget, inspect, trackGrowth } from 'fdleak';
 */
export { assertBudget, type AssertOptions, type BudgetInput, checkBudget } from './library/budget.ts';
export { BudgetError, DescriptorLeakError, ObservationError } from './library/errors.ts';
export { assertNoGrowth, type GrowthOptions, type GrowthReport, trackGrowth } from './library/growth.ts';
export { type MatcherResult, matchers, type MatcherState } from './library/matchers.ts';
export { diff, inspect, type InspectOptions } from './library/inspect.ts';
export { verifyNoDescriptorLeaks, type VerifyHook, type VerifyOptions } from './library/verify.ts';
export type { Growth } from './core/exercise/growth.ts';
export type { Assertion, AssertionReport, AssertionResult } from './core/model/assertion.ts';
export type { Subject } from './core/model/budget.ts';
export type { Descriptor, Kind } from './core/model/descriptor.ts';
export type { Change, Diff, DiffSide } from './core/model/diff.ts';
export type { FindingId } from './core/diagnose/index.ts';
export type { Fact, Finding, Severity } from './core/model/finding.ts';
export type { Inode } from './core/model/inode.ts';
export type { Inspection, Summary } from './core/model/inspection.ts';
export type { Limits } from './core/model/limits.ts';
export type { ProcessIdentity } from './core/model/process.ts';
export type { Endpoint, Socket } from './core/model/socket.ts';
export type { Capability, Level, Missing } from './core/model/source.ts';
export type { SourceOption } from './core/sources/registry.ts';
export type { Cause, Check, Leak, Verdict, VerdictName } from './core/model/verdict.ts';
