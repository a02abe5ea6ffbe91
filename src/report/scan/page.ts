import type { Scan } from '../../core/model/scan.ts';
import { PLAIN } from '../text/style.ts';
import { renderScan } from './table.ts';

/** The scan as a plain page: what the terminal shows, as text that no name in it can turn into markup. */
export function renderScanPage(scan: Scan): string {
  const lines = [
    ...renderScan(scan, { paint: PLAIN, columns: 120, isTerminal: false, isQuiet: false, showsAll: false }),
  ];
  const text = lines.join('').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<!doctype html>\n<meta charset="utf-8">\n<title>fdleak</title>\n<pre>\n${text}</pre>\n`;
}
