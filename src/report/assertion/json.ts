import type { AssertionReport } from '../../core/model/assertion.ts';

/** The document `fdleak.assertion/1`, one member a line where that is short. */
export function renderAssertionJson(report: AssertionReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
