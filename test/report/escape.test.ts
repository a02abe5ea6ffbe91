import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeName, escapeText } from '../../src/report/text/escape.ts';

test.each([
  ['a plain path', '/var/log/app 1.log', '/var/log/app 1.log'],
  ['letters of other scripts', 'журнал-名前-é', 'журнал-名前-é'],
  ['a newline and a tab', 'a\nb\tc\r', String.raw`a\nb\tc\r`],
  ['an escape sequence', '\u001B[31mred', String.raw`\x1b[31mred`],
  ['a C1 control', '\u009B31m', String.raw`\x9b31m`],
  ['delete', '\u007F', String.raw`\x7f`],
  ['a backslash, so that it cannot pose as an escape', String.raw`\x1b`, String.raw`\\x1b`],
  ['a bidi override', 'a\u202Etxt.exe', String.raw`a\u{202e}txt.exe`],
  ['a bidi isolate', '\u2066x\u2069', String.raw`\u{2066}x\u{2069}`],
  ['a zero-width space', 'a\u200Bb', String.raw`a\u{200b}b`],
  ['a line separator', 'a\u2028b', String.raw`a\u{2028}b`],
  ['a space that is none', 'a\u00A0b', String.raw`a\xa0b`],
  ['half of a surrogate pair', 'a\uD800b', String.raw`a\u{d800}b`],
  ['a tag character', '\u{E0041}', String.raw`\u{e0041}`],
  ['NUL', '\0', String.raw`\x00`],
])('%s is shown so that it deceives nobody', (_, text, shown) => {
  expect(escapeText(text)).toBe(shown);
});

test('no text leaves a control, a bidi mark or an escape sequence behind', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(escapeText(text)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test('two different texts are never shown the same', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', '\\', 'n', '\n', 'x', '1', 'b', '\u001B') });
  fc.assert(
    fc.property(texts, texts, (one, other) => {
      expect(escapeText(one) === escapeText(other)).toBe(one === other);
    }),
  );
});

test('a name that is no UTF-8 is shown by its bytes', () => {
  expect(escapeName('/tmp/\uFFFD', 'L3RtcC//')).toBe(String.raw`/tmp/\xff`);
});

test('what is no base64 falls back to the text', () => {
  expect(escapeName('/tmp/x\n', '***')).toBe(String.raw`/tmp/x\n`);
});
