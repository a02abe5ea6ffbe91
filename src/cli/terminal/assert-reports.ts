import { appendSummary, readCi, writeReport } from '../../app/assert/write-report.ts';
import { type AssertionReport, worstResult } from '../../core/model/assertion.ts';
import { type AssertionFormat, renderAssertion } from '../../report/assertion/formats.ts';
import { guardOutput } from '../../report/text/guard.ts';
import { NAGIOS_CODES } from '../../report/text/nagios-line.ts';
import { PLAIN } from '../../report/text/style.ts';
import type { AssertOptions } from '../flags/assert-flags.ts';
import type { Context } from '../context.ts';
import { EXIT, EXIT_OF_RESULT, type ExitCode } from '../exit-code.ts';

/** Prints the report in one format and writes it in all others that were asked for. The exit status. */
export async function printReports(
  report: AssertionReport,
  options: AssertOptions,
  context: Context,
): Promise<ExitCode> {
  const format = toFormat(options);
  const paint = format === 'text' ? await context.paint(options.color) : PLAIN;
  if (options.quiet !== true || !report.passed) context.print(await renderAssertion(format, report, paint));
  const failures = [...(await writeFiles(report, options)), ...(await tellGithub(report, options, context))];
  for (const failure of failures) context.fail(`a report was not written: ${failure}`);
  const code = options.nagios === true ? await nagiosCode(report) : EXIT_OF_RESULT[worstResult(report.assertions)];
  return code === EXIT.clean && failures.length > 0 ? EXIT.cannotTell : code;
}

function toFormat({ json, tap, nagios }: AssertOptions): AssertionFormat {
  if (json === true) return 'json';
  if (tap === true) return 'tap';
  return nagios === true ? 'nagios' : 'text';
}

async function writeFiles(report: AssertionReport, { junit, report: files = [] }: AssertOptions): Promise<string[]> {
  const wanted = junit === undefined ? files : [...files, { format: 'junit' as const, path: junit }];
  const failures: string[] = [];
  for (const { format, path } of wanted) {
    const failure = writeReport(path, guardOutput(await renderAssertion(format, report, PLAIN)));
    if (failure !== null) failures.push(failure);
  }
  return failures;
}

/** Annotations go to stdout only where that is text: a JSON document stays one. */
async function tellGithub(report: AssertionReport, options: AssertOptions, context: Context): Promise<string[]> {
  const { isGithub, summaryPath } = readCi();
  if (!(options.github ?? isGithub)) return [];
  if (toFormat(options) === 'text') {
    const { renderGithubAnnotations } = await import('../../report/assertion/github.ts');
    context.print(renderGithubAnnotations(report));
  }
  if (summaryPath === null) return [];
  const { renderGithubSummary } = await import('../../report/assertion/github-summary.ts');
  const failure = appendSummary(summaryPath, guardOutput(renderGithubSummary(report)));
  return failure === null ? [] : [failure];
}

async function nagiosCode(report: AssertionReport): Promise<ExitCode> {
  const { nagiosStatusOf } = await import('../../report/assertion/nagios.ts');
  return NAGIOS_CODES[nagiosStatusOf(report)];
}
