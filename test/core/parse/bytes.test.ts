import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toText } from '../../../src/core/parse/bytes.ts';

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const anyBytes = fc.uint8Array({ maxLength: 200 });

describe('toText', () => {
  it.each([
    { why: 'nothing', bytes: '', text: '' },
    { why: 'ASCII', bytes: '/var/log/app.log', text: '/var/log/app.log' },
    { why: 'a newline and an escape sequence', bytes: 'a\n\x1b[31mb\0', text: 'a\n\x1b[31mb\0' },
    { why: 'UTF-8', bytes: 'caf\xc3\xa9', text: 'café' },
    { why: 'a byte order mark', bytes: '\xef\xbb\xbfx', text: '\uFEFFx' },
    { why: 'a U+FFFD that is really there', bytes: '\xef\xbf\xbd', text: '\uFFFD' },
    { why: 'text that is decoded already', bytes: 'snow ☃', text: 'snow ☃' },
  ])('reads $why whole', ({ bytes, text }) => {
    expect(toText(bytes)).toEqual({ text, base64: null });
  });

  it('replaces what is no UTF-8 and keeps the bytes beside it', () => {
    expect(toText('caf\xe9')).toEqual({ text: 'caf\uFFFD', base64: 'Y2Fm6Q==' });
  });

  it('loses no byte, whatever it is given', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const { text, base64 } = toText(latin1(bytes));
        expect(base64 === null ? Buffer.from(text) : Buffer.from(base64, 'base64')).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('reads back every text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(toText(latin1(Buffer.from(text)))).toEqual({ text, base64: null });
      }),
    );
  });
});
