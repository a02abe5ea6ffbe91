import { describe, expect, it } from 'vitest';
import { toText } from '../../src/collect/saved-text.ts';

const TEXT = 'COMMAND PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME\n';
const wide = Buffer.from(TEXT, 'utf16le');

describe('toText', () => {
  it.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-16 with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), wide])],
    ['UTF-16 of the other order', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(wide).swap16()])],
    ['UTF-16 without a mark', wide],
  ])('reads %s', (_, bytes) => {
    expect(toText(bytes)).toBe(TEXT);
  });

  it('takes the fields of lsof -F0 for UTF-8', () => {
    const fields = 'p7\0\nf3\0tREG\0n/a\0\n'.repeat(40);
    expect(toText(Buffer.from(fields))).toBe(fields);
  });
});
