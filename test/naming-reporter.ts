import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { isThere } from '../scripts/tools.js';

/**
 * Says at the end which tests did not run, by name and with the commands they need, and which passed only at their second try: vitest
 * itself gives numbers.
 */
export default class NamingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const { children, relativeModuleId } of modules) {
      for (const test of children.allTests('skipped'))
        console.error(`SKIPPED ${relativeModuleId}: ${test.fullName}${because(test)}`);
      for (const test of children.allTests('passed')) {
        const { retryCount = 0 } = test.diagnostic() ?? {};
        const [error] = test.result().errors ?? [];
        if (retryCount > 0) console.error(`RETRIED ${relativeModuleId}: ${test.fullName}: ${error?.message ?? ''}`);
      }
    }
  }
}

function because(test: TestCase): string {
  const result = test.result();
  const note = result.state === 'skipped' ? result.note : undefined;
  if (note !== undefined) return `: ${note}`;
  const missing = test.tags.filter((command) => !isThere(command));
  return missing.length === 0 ? '' : `: needs ${missing.join(', ')}`;
}
