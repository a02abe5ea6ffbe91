import type { HistoryReport } from '../../core/model/report.ts';
import type { Style } from '../text/style.ts';

type RenderHistory = (report: HistoryReport, style: Style) => Iterable<string>;

/** Formats of `fdleak report`. A new one is a file of its own and a line here and below. */
export const HISTORY_FORMATS = ['table', 'json', 'markdown'] as const;

export type HistoryFormat = (typeof HISTORY_FORMATS)[number];

const RENDERERS: Record<HistoryFormat, () => Promise<RenderHistory>> = {
  table: async () => (await import('./table.ts')).renderHistoryTable,
  markdown: async () => (await import('./markdown.ts')).renderHistoryMarkdown,
  json: async () => {
    const { renderHistoryJson } = await import('./json.ts');
    return (report) => [renderHistoryJson(report)];
  },
};

/** Renders what a history tells. */
export async function renderHistory(
  format: HistoryFormat,
  report: HistoryReport,
  style: Style,
): Promise<Iterable<string>> {
  const render = await RENDERERS[format]();
  return render(report, style);
}
