import { isIP } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIp, formatIpBytes } from '../../../src/core/parse/ip.ts';
import { hex } from '../../lines.ts';

/** The kernel's own way: each 32-bit word of the network-order address, read as the host reads it, in hex. */
function print(bytes: readonly number[], byteOrder: 'LE' | 'BE'): string {
  let printed = '';
  for (let at = 0; at < bytes.length; at += 4) {
    const word = bytes.slice(at, at + 4);
    printed += (byteOrder === 'LE' ? word.toReversed() : word).map((byte) => hex(byte, 2)).join('');
  }
  return printed;
}

const v6 = (...groups: readonly number[]): number[] => groups.flatMap((group) => [group >> 8, group & 0xff]);
const orders = fc.constantFrom('LE' as const, 'BE' as const);
const groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 });

describe('formatIp', () => {
  it.each([
    { hex: '0100007F', order: 'LE' as const, address: '127.0.0.1' },
    { hex: '7F000001', order: 'BE' as const, address: '127.0.0.1' },
    { hex: '00000000', order: 'LE' as const, address: '0.0.0.0' },
    { hex: 'FFFFFFFF', order: 'LE' as const, address: '255.255.255.255' },
    { hex: '0000000000000000FFFF00000100007F', order: 'LE' as const, address: '::ffff:127.0.0.1' },
    { hex: '00000000000000000000FFFF7F000001', order: 'BE' as const, address: '::ffff:127.0.0.1' },
    { hex: '00000000000000000000000001000000', order: 'LE' as const, address: '::1' },
    { hex: '00000000000000000000000000000001', order: 'BE' as const, address: '::1' },
    { hex: '00000000000000000000000000000000', order: 'LE' as const, address: '::' },
  ])('reads $hex of a $order host as $address', ({ hex, order, address }) => {
    expect(formatIp(hex, order)).toBe(address);
  });

  it.each([
    { why: 'the longest run of zeros', groups: [0x2001, 0, 0, 1, 0, 0, 0, 1], address: '2001:0:0:1::1' },
    { why: 'the first of two equal runs', groups: [0x2001, 0xdb8, 0, 0, 1, 0, 0, 1], address: '2001:db8::1:0:0:1' },
    { why: 'a run at the end', groups: [0xfe80, 0, 0, 0, 0, 0, 0, 0], address: 'fe80::' },
    { why: 'not a single zero', groups: [0x2001, 0xdb8, 0, 1, 1, 1, 1, 1], address: '2001:db8:0:1:1:1:1:1' },
    { why: 'no zeros at all', groups: [1, 2, 3, 4, 5, 6, 7, 0xabcd], address: '1:2:3:4:5:6:7:abcd' },
    { why: 'v4-compatible, which is not v4-mapped', groups: [0, 0, 0, 0, 0, 0, 0x102, 0x304], address: '::102:304' },
    { why: 'not quite v4-mapped', groups: [1, 0, 0, 0, 0, 0xffff, 0x7f00, 1], address: '1::ffff:7f00:1' },
  ])('shortens $why', ({ groups, address }) => {
    expect(formatIp(print(v6(...groups), 'LE'), 'LE')).toBe(address);
  });

  it.each(['', '0100', '0100007F00'])('gives back %j, which is no address', (text) => {
    expect(formatIp(text, 'LE')).toBe(text);
  });

  it('writes every IPv6 address as the URL standard does, from both byte orders', () => {
    fc.assert(
      fc.property(groups, orders, (groups, order) => {
        const address = formatIp(print(v6(...groups), order), order);
        const whole = groups.map((group) => group.toString(16)).join(':');
        expect(isIP(address)).toBe(6);
        // The URL standard has no dotted form: both are brought to its own.
        expect(new URL(`http://[${address}]`).hostname).toBe(new URL(`http://[${whole}]`).hostname);
        if (!address.includes('.')) expect(`[${address}]`).toBe(new URL(`http://[${whole}]`).hostname);
      }),
    );
  });

  it('says the same of words in host order as of the bytes they came from', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(4, 16),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        orders,
        (size, all, order) => {
          const bytes = all.slice(0, size);
          expect(formatIp(print([...bytes], order), order)).toBe(formatIpBytes(bytes));
        },
      ),
    );
  });
});
