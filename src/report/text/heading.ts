import type { Style } from './style.ts';

/** The title of a section: `Limits`, with a remark in a fainter colour. */
export function renderHeading(title: string, { paint }: Pick<Style, 'paint'>, remark = ''): string {
  return `\n${paint.bold(title)}${remark === '' ? '' : `  ${paint.dim(remark)}`}\n`;
}
