import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TCP_STATES } from '../../../src/core/model/socket.ts';
import { parseTcpInfo } from '../../../src/core/parse/tcp-info.ts';

const NUMBERS = {
  rcvMss: 20,
  lastDataSentMs: 44,
  lastDataRecvMs: 52,
  lastAckRecvMs: 56,
  pmtu: 60,
  advmss: 84,
  rcvSpace: 96,
  segsOut: 136,
  segsIn: 140,
} as const;

interface Cells {
  readonly state?: number;
  readonly numbers?: Readonly<Partial<Record<keyof typeof NUMBERS, number>>>;
  readonly bytesAcked?: bigint;
  readonly bytesReceived?: bigint;
  readonly length?: number;
}

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

const u32 = fc.nat(0xffff_ffff);
const u53 = fc.bigInt({ min: 0n, max: 2n ** 53n - 1n });

describe('parseTcpInfo', () => {
  it('reads back every field in both byte orders', () => {
    const numbers = fc.record({
      rcvMss: u32,
      lastDataSentMs: u32,
      lastDataRecvMs: u32,
      lastAckRecvMs: u32,
      pmtu: u32,
      advmss: u32,
      rcvSpace: u32,
      segsOut: u32,
      segsIn: u32,
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
          expect(parseTcpInfo(bytes, order)).toEqual({
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
    expect(parseTcpInfo(larger.subarray(33, 265), 'LE')).toMatchObject({ state: 'CLOSE', rcvSpace: 65_483 });
  });

  it.each([0, 14, 255])('has no name for state %i', (state) => {
    expect(parseTcpInfo(print({ state }), 'LE')?.state).toBeNull();
  });

  it.each([
    { length: 104, bytesAcked: null, bytesReceived: null, segsOut: null, segsIn: null },
    { length: 128, bytesAcked: 0, bytesReceived: null, segsOut: null, segsIn: null },
    { length: 136, bytesAcked: 0, bytesReceived: 1, segsOut: null, segsIn: null },
    { length: 143, bytesAcked: 0, bytesReceived: 1, segsOut: 0, segsIn: null },
    { length: 144, bytesAcked: 0, bytesReceived: 1, segsOut: 0, segsIn: 0 },
  ])('does not know what a kernel that returns $length bytes leaves out', ({ length, ...rest }) => {
    expect(parseTcpInfo(print({ length }), 'LE')).toMatchObject(rest);
  });

  it.each([0, 1, 8, 99])('makes nothing of %i bytes', (length) => {
    expect(parseTcpInfo(print({ length }), 'LE')).toBeNull();
  });
});
