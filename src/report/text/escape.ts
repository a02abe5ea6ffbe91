import { DECEPTIVE, disarmCommands } from '../../core/words/deceptive.ts';

/** Printable ASCII but the backslash: most names, and they pass as they are. */
const HARMLESS = /^[ -[\]-~]*$/;

const SHORT: Readonly<Record<string, string>> = {
  '\n': String.raw`\n`,
  '\t': String.raw`\t`,
  '\r': String.raw`\r`,
  '\\': '\\\\',
};

/**
 * Makes a foreign text safe to show: `a<ESC>[31m` -> `a\x1b[31m`, a right-to-left override -> `\u{202e}`, a newline -> `\n`, a command to
 * a build -> `:\x3aerror::`. The backslash as well, so that what is shown can be told from what is meant.
 */
export function escapeText(text: string): string {
  const escaped = HARMLESS.test(text) ? text : text.replaceAll('\\', '\\\\').replace(DECEPTIVE, escapeCharacter);
  return disarmCommands(escaped, escapeCharacter);
}

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
/** What an annotation of ours begins with. @see renderGithubAnnotations */
export const OWN_ANNOTATION = '::error title=fdleak%3A ';
const DECEPTIVE_IN_LINES = new RegExp(`(?![\\n\\t])(?:${DECEPTIVE.source})`, 'gu');
const DECEPTIVE_BESIDE_COLOURS = new RegExp(`\u001B\\[[0-9;]*m|${DECEPTIVE_IN_LINES.source}`, 'gu');

/**
 * Shows a name that is no UTF-8 by its bytes: `L3RtcC//` -> `/tmp/\xff`. `text` is shown where there are no bytes, or
 * these are no base64.
 */
export function escapeName(text: string, base64: string | null): string {
  const bytes = base64 === null ? null : escapeBytes(base64);
  return bytes === null ? escapeText(text) : disarmCommands(bytes, escapeCharacter);
}

function escapeBytes(base64: string): string | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) return null;
  return atob(base64).replace(/[^ -[\]-~]/g, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
