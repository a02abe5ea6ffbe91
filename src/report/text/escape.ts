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

/** What an annotation of ours begins with. @see renderGithubAnnotations */
export const OWN_ANNOTATION = '::error title=fdleak%3A ';

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

export function escapeCharacter(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
