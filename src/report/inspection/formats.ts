import type { Inspection } from '../../core/model/inspection.ts';
import type { Style } from '../text/style.ts';

/** Text in pieces: a document of 20 MB is never one string. */
type RenderInspections = (inspections: readonly Inspection[], style: Style) => Iterable<string>;

/** Formats of `--format`. A new one is a file of its own and a line here and below. */
export const FORMATS = ['table', 'json', 'markdown'] as const;

export type Format = (typeof FORMATS)[number];

/** Loaded when asked for: `--json` must not wait for the packages that draw tables. */
const RENDERERS: Record<Format, () => Promise<RenderInspections>> = {
  table: async () => (await import('./table.ts')).renderTable,
  json: async () => (await import('./json.ts')).renderJson,
  markdown: async () => (await import('./markdown.ts')).renderMarkdown,
};

/** Renders what inspections found, in the order given. */
export async function renderInspections(
  format: Format,
  inspections: readonly Inspection[],
  style: Style,
): Promise<Iterable<string>> {
  const render = await RENDERERS[format]();
  return render(inspections, style);
}
