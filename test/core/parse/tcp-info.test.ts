import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TCP_STATES } from '../../../src/core/model/socket.ts';
import type { ByteOrder } from '../../../src/core/parse/ip.ts';
import { parseTcpInfo } from '../../../src/core/parse/tcp-info.ts';

const NUMBERS = {
  rcvMss: 20,
  lastDataSentMs: 44,
  lastDataRecvMs: 52,
  lastAckRecvMs: 56,
  pmtu: 60,
  rcvSpace: 96,
} as const;

interface Cells {
  readonly state?: number;
  readonly numbers?: Readonly<Partial<Record<keyof typeof NUMBERS, number>>>;
  readonly bytesAcked?: bigint;
  readonly bytesReceived?: bigint;
  readonly length?: number;
}

const read = (bytes: Uint8Array, order: ByteOrder) =>
  parseTcpInfo(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), order);

function print(
  { state = 7, numbers = {}, bytesAcked = 0n, bytesReceived = 1n, length = 232 }: Cells,
  byteOrder = 'LE',
) {
  const view = new DataView(new ArrayBuffer(232));
  const isLittle = byteOrder === 'LE';
  view.setUint8(0, state);
  for (const [name, at] of Object.entries(NUMBERS)) {
    view.setUint32(at, new Map(Object.entries(numbers)).get(name) ?? 0, isLittle);
  }
  view.setBigUint64(120, bytesAcked, isLittle);
  view.setBigUint64(128, bytesReceived, isLittle);
  return new Uint8Array(view.buffer, 0, length);
}

/** The first 144 bytes that Linux 6.18 (x86-64) returned for sockets made for this test. */
const CAPTURED = {
  /** Accepted, received 10 bytes, sent 7, was reset by its peer 0.4 s before. */
  reset:
    '070000000007aa01e01c0300409c00000080000018020000000000000000000000000000000000000000000094010000' +
    '000000009401000094010000ffff0000cbff00000a00000006000000ffffff7f0b000000cbff00000300000000000000' +
    'cbff00000000000000c8bdcd15000000ffffffffffffffff07000000000000000a000000000000000200000005000000',
  fresh:
    '070000000000000140420f00000000001802000000000000000000000000000000000000000000000000000014582100' +
    '00000000145821001458210000000000000000000000000090d00300ffffff7f0a000000000000000300000000000000' +
    '0000000000000000ffffffffffffffffffffffffffffffff000000000000000000000000000000000000000000000000',
  shutDownListener:
    '070000000000000140420f00000000001802000058000000000000000000000000000000000000000000000014582100' +
    '00000000145821001458210000000000000000000000000090d00300ffffff7f0a000000000000000300000000000000' +
    '0000000000000000ffffffffffffffffffffffffffffffff000000000000000000000000000000000000000000000000',
} as const;

const u32 = fc.nat(0xffff_ffff);
const u53 = fc.bigInt({ min: 0n, max: 2n ** 53n - 1n });

describe('parseTcpInfo', () => {
  it.each([
    { name: 'reset' as const, is: { rcvSpace: 65_483, rcvMss: 536, bytesReceived: 10, bytesAcked: 7 } },
    { name: 'fresh' as const, is: { rcvSpace: 0, rcvMss: 0, pmtu: 0, bytesReceived: 0, bytesAcked: 0 } },
    { name: 'shutDownListener' as const, is: { rcvSpace: 0, rcvMss: 88, pmtu: 0, bytesReceived: 0 } },
  ])('reads the captured socket: $name', ({ name, is }) => {
    expect(read(Buffer.from(CAPTURED[name], 'hex'), 'LE')).toMatchObject({ state: 'CLOSE', ...is });
  });

  it('reads back every field in both byte orders', () => {
    const numbers = fc.record({
      rcvMss: u32,
      lastDataSentMs: u32,
      lastDataRecvMs: u32,
      lastAckRecvMs: u32,
      pmtu: u32,
      rcvSpace: u32,
    });
    const order = fc.constantFrom('LE' as const, 'BE' as const);
    fc.assert(
      fc.property(
        order,
        fc.integer({ min: 1, max: 12 }),
        numbers,
        fc.tuple(u53, u53),
        (order, state, numbers, [acked, received]) => {
          const bytes = print({ state, numbers, bytesAcked: acked, bytesReceived: received }, order);
          expect(read(bytes, order)).toEqual({
            state: TCP_STATES[state],
            ...numbers,
            bytesAcked: Number(acked),
            bytesReceived: Number(received),
          });
        },
      ),
    );
  });

  it('reads bytes that are a window of a larger buffer', () => {
    const larger = new Uint8Array(300);
    larger.set(print({ numbers: { rcvSpace: 65_483 } }), 33);
    expect(read(larger.subarray(33, 265), 'LE')).toMatchObject({ state: 'CLOSE', rcvSpace: 65_483 });
  });

  it.each([0, 14, 255])('has no name for state %i', (state) => {
    expect(read(print({ state }), 'LE')?.state).toBeNull();
  });

  it.each([
    { length: 104, bytesAcked: null, bytesReceived: null },
    { length: 128, bytesAcked: 0, bytesReceived: null },
    { length: 136, bytesAcked: 0, bytesReceived: 1 },
  ])('does not know what a kernel that returns $length bytes leaves out', ({ length, ...rest }) => {
    expect(read(print({ length }), 'LE')).toMatchObject(rest);
  });

  it.each([0, 1, 8, 99])('makes nothing of %i bytes', (length) => {
    expect(read(print({ length }), 'LE')).toBeNull();
  });
});
