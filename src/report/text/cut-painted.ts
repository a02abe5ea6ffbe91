import { cutToWidth } from './width.ts';

/** Colours take no columns: a line that is too long with them is cut without them. */
export function cutPainted(line: string, columns: number): string {
  // oxlint-disable-next-line no-control-regex -- the escape sequences of colours are what is taken out
  const bare = line.replace(/\u001b\[\d+m/g, '');
  const cut = cutToWidth(bare, columns);
  return cut === bare ? line : cut;
}
