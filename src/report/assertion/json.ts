import { toJsonText } from '../../core/words/json.ts';
import type { AssertionReport } from '../../core/model/assertion.ts';

/** The document `fdleak.assertion/1`, one member a line where that is short. */
export function renderAssertionJson(report: AssertionReport): string {
  return `${toJsonText(report, 2)}\n`;
}
