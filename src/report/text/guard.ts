import { DECEPTIVE, disarmCommands } from '../../core/words/deceptive.ts';
import { OWN_ANNOTATION, escapeCharacter } from './escape.ts';

/**
 * A whole output of ours, line by line: the last gate, for what was not escaped before. Colours are our own where there are any, and so
 * are the annotations of a GitHub job.
 */
export function guardOutput(text: string, hasColours = false): string {
  const shown = SHOWN.test(text)
    ? text
    : text.replace(hasColours ? DECEPTIVE_BESIDE_COLOURS : DECEPTIVE_IN_LINES, (found) =>
        found.length > 1 && found.startsWith('\u001B') ? found : escapeCharacter(found),
      );
  if (!shown.includes('::') && !shown.includes('##')) return shown;
  return shown
    .split('\n')
    .map((line) => (line.startsWith(OWN_ANNOTATION) ? line : disarmCommands(line, escapeCharacter)))
    .join('\n');
}

const SHOWN = /^[ -~\n\t]*$/;

const DECEPTIVE_IN_LINES = new RegExp(`(?![\\n\\t])(?:${DECEPTIVE.source})`, 'gu');
const DECEPTIVE_BESIDE_COLOURS = new RegExp(`\u001B\\[[0-9;]*m|${DECEPTIVE_IN_LINES.source}`, 'gu');
