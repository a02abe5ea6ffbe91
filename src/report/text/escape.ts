/** Printable ASCII but the backslash: most names, and they pass as they are. */
const HARMLESS = /^[ -[\]-~]*$/;

/**
 * What a terminal or a reader could be deceived by: controls, escape sequences, bidi overrides, zero-width and
 * unassigned characters, lone surrogates, line separators, spaces that look like one, and the backslash itself, so that
 * what is shown can be told from what is meant.
 */
const DECEPTIVE = /[\p{C}\p{Zl}\p{Zp}\\]|(?! )\p{Zs}/gu;

const SHORT: Readonly<Record<string, string>> = {
  '\n': String.raw`\n`,
  '\t': String.raw`\t`,
  '\r': String.raw`\r`,
  '\\': '\\\\',
};

/**
 * Makes a foreign text safe to show: `a<ESC>[31m` -> `a\x1b[31m`, a right-to-left override -> `\u{202e}`, a newline -> `\n`.
 *
 * @see Unicode Standard Annex 44, General_Category; Unicode Technical Report 36, bidirectional text spoofing
 */
export function escapeText(text: string): string {
  return HARMLESS.test(text) ? text : text.replace(DECEPTIVE, escapeCharacter);
}

/**
 * Shows a name that is no UTF-8 by its bytes: `L3RtcC//` -> `/tmp/\xff`. `text` is shown where there are no bytes, or
 * these are no base64.
 */
export function escapeName(text: string, base64: string | null): string {
  return base64 === null ? escapeText(text) : (escapeBytes(base64) ?? escapeText(text));
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
