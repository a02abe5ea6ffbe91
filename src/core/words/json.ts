import { DECEPTIVE, disarmCommands } from './deceptive.ts';

const HARMLESS = /^[ -~\n]*$/;

/**
 * What `JSON.stringify` writes, and no more deceptive than it: a text that names a process or a file may hold escape sequences of one
 * byte (C1), bidi overrides and commands to a build. They are written as `\u202e`, so that the document parses to the same.
 *
 * @see RFC 8259, section 7
 */
export function toJsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  const escaped = HARMLESS.test(text)
    ? text
    : // Between members there are newlines of its own.
      text.replace(DECEPTIVE, (character) => (character === '\n' ? character : toUnicode(character)));
  return disarmCommands(escaped, toUnicode);
}

function toUnicode(character: string): string {
  let text = '';
  for (let at = 0; at < character.length; at += 1) {
    text += String.raw`\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }
  return text;
}
