import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIpBytes } from '../../../src/core/parse/ip.ts';
import { parseSockaddr } from '../../../src/core/parse/sockaddr.ts';

const order = fc.constantFrom('LE' as const, 'BE' as const);
const OTHER = { family: 'other', endpoint: null };

function print(family: number, port: number, address: Uint8Array, byteOrder: 'LE' | 'BE'): Uint8Array {
  const view = new DataView(new ArrayBuffer(address.length === 4 ? 16 : 28));
  view.setUint16(0, family, byteOrder === 'LE');
  view.setUint16(2, port);
  const bytes = new Uint8Array(view.buffer);
  bytes.set(address, address.length === 4 ? 4 : 8);
  return bytes;
}

const MAPPED = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1);

describe('parseSockaddr', () => {
  it.each(['LE' as const, 'BE' as const])('reads a v4-mapped address on a %s host', (byteOrder) => {
    expect(parseSockaddr(print(10, 37_085, MAPPED, byteOrder), byteOrder)).toEqual({
      family: 'inet6',
      endpoint: { address: '::ffff:127.0.0.1', port: 37_085 },
    });
  });

  it('reads bytes that are a window of a larger buffer', () => {
    const larger = new Uint8Array(64);
    larger.set(print(2, 8080, Uint8Array.of(10, 0, 0, 1), 'LE'), 7);
    expect(parseSockaddr(larger.subarray(7, 23), 'LE')).toEqual({
      family: 'inet',
      endpoint: { address: '10.0.0.1', port: 8080 },
    });
  });

  it('knows a unix socket, of which getsockname may return the family alone', () => {
    expect(parseSockaddr(Uint8Array.of(1, 0), 'LE')).toEqual({ family: 'unix', endpoint: null });
  });

  it.each([
    { why: 'nothing', bytes: [] },
    { why: 'half a family', bytes: [2] },
    { why: 'IPv4 cut in the address', bytes: [2, 0, 31, 144, 127, 0, 0] },
    { why: 'IPv6 cut in the address', bytes: [10, 0, ...Array.from({ length: 21 }, () => 0)] },
    { why: 'netlink', bytes: [16, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0] },
  ])('makes nothing more of $why', ({ bytes }) => {
    expect(parseSockaddr(Uint8Array.from(bytes), 'LE')).toEqual(OTHER);
  });

  it('reads back every address and port', () => {
    const address = fc.constantFrom(4, 16).chain((size) => fc.uint8Array({ minLength: size, maxLength: size }));
    fc.assert(
      fc.property(order, fc.nat(0xffff), address, (order, port, address) => {
        const family = address.length === 4 ? 2 : 10;
        expect(parseSockaddr(print(family, port, address, order), order)).toEqual({
          family: family === 2 ? 'inet' : 'inet6',
          endpoint: { address: formatIpBytes(address), port },
        });
      }),
    );
  });
});
