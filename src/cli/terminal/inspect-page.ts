import { writeReport } from '../../app/assert/write-report.ts';
import { hashOf } from '../../app/page-assets.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import { renderInspectionHtml } from '../../report/inspection/html.ts';
import type { Context } from '../context.ts';

/** Writes inspections as one page, and says so, or why not. */
export function writeInspectPage(inspections: readonly Inspection[], file: string, context: Context): void {
  const written = writeReport(file, [...renderInspectionHtml(inspections, hashOf)].join(''));
  context.fail(written === null ? `written: ${file}` : `cannot write ${file}: ${written}`);
}
