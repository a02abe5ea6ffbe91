import type { Conclusion } from '../../core/model/watch.ts';
import type { Paint, TextStyle } from '../text/style.ts';
import { wrap } from '../text/width.ts';

/** Narrower than this, text is unreadable. */
const LEAST_ROOM = 20;

export const HEADLINES = {
  'at-limit': { word: 'AT THE LIMIT', colour: 'red' },
  leak: { word: 'LEAK', colour: 'red' },
  growing: { word: 'GROWING', colour: 'yellow' },
  'cannot-tell': { word: 'CANNOT TELL', colour: 'yellow' },
  'not-seen': { word: 'NOT SEEN', colour: 'yellow' },
  'no-leak': { word: 'NO LEAK ESTABLISHED', colour: 'green' },
} as const satisfies Record<Conclusion, { readonly word: string; readonly colour: keyof Paint }>;

/** The statement that a summary and a report begin with: `GROWING  nginx: …`, broken at the width of the terminal. */
export function renderHeadline(conclusion: Conclusion, text: string, { paint, columns }: TextStyle): string {
  const { word, colour } = HEADLINES[conclusion];
  // AT THE LIMIT since …: one sentence.
  const gap = conclusion === 'at-limit' ? ' ' : '  ';
  const indent = word.length + gap.length;
  const lines = wrap(text, Math.max(LEAST_ROOM, columns - indent));
  return `${paint[colour](paint.bold(word))}${gap}${lines.join(`\n${' '.repeat(indent)}`)}\n`;
}
