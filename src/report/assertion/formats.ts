import type { AssertionReport } from '../../core/model/assertion.ts';
import type { Paint } from '../text/style.ts';

/** What an assertion can be printed as. A new format is a file of its own and a line here and below. */
export const ASSERTION_FORMATS = ['text', 'json', 'junit', 'tap', 'github', 'nagios'] as const;

export type AssertionFormat = (typeof ASSERTION_FORMATS)[number];

type RenderAssertion = (report: AssertionReport, paint: Paint) => string;

/** Loaded when asked for. */
const RENDERERS: Record<AssertionFormat, () => Promise<RenderAssertion>> = {
  text: async () => (await import('./text.ts')).renderAssertionText,
  json: async () => (await import('./json.ts')).renderAssertionJson,
  junit: async () => (await import('./junit.ts')).renderJunit,
  tap: async () => (await import('./tap.ts')).renderTap,
  github: async () => (await import('./github.ts')).renderGithubAnnotations,
  nagios: async () => (await import('./nagios.ts')).renderNagios,
};

/** Loads one renderer and runs it: the others cost nothing. */
export async function renderAssertion(format: AssertionFormat, report: AssertionReport, paint: Paint): Promise<string> {
  const render = await RENDERERS[format]();
  return render(report, paint);
}
