import type { AssertionReport } from '../core/model/assertion.ts';

/** A process, or a file, that could not be looked at: what was tried, why it failed, what to do next. */
export class ObservationError extends Error {
  override readonly name = 'ObservationError';
}

/** A budget that does not hold, or could not be decided. */
export class BudgetError extends Error {
  override readonly name = 'BudgetError';
  readonly report: AssertionReport;

  constructor(message: string, report: AssertionReport) {
    super(message);
    this.report = report;
  }
}

/** Descriptors that stay after every run, of one kind, or of another in each, which cannot be told from caches. */
export class DescriptorLeakError extends Error {
  override readonly name = 'DescriptorLeakError';
}
