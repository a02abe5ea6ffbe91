import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader, MAX_FRAME_BYTES, toFrame } from '../../../src/daemon/command/frame.ts';

const message = fc.dictionary(fc.string({ maxLength: 20 }), fc.oneof(fc.string({ maxLength: 50 }), fc.integer()), {
  maxKeys: 5,
});

/** Cuts bytes at the given places, as a network does. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const edges = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}

describe('FrameReader', () => {
  it('reads back what was framed, in order, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(message), fc.array(fc.nat()), (messages, places) => {
        const reader = new FrameReader();
        const frames = cut(Buffer.concat(messages.map(toFrame)), places).flatMap((piece) => reader.push(piece));
        expect(frames).toEqual(messages.map((value) => ({ kind: 'frame', value: JSON.parse(JSON.stringify(value)) })));
      }),
    );
  });

  it('answers any bytes with frames and at most one bad one, which is the last', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (pieces) => {
        const reader = new FrameReader();
        const kinds = pieces.flatMap((piece) => reader.push(piece)).map(({ kind }) => kind);
        expect([-1, kinds.length - 1]).toContain(kinds.indexOf('bad'));
      }),
      { numRuns: 1000 },
    );
  });

  it('gives the same answer whether bytes come at once or one by one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), message, (noise, value) => {
        const bytes = Buffer.concat([toFrame(value), noise]);
        const slow = new FrameReader();
        expect([...bytes].flatMap((byte) => slow.push(Buffer.from([byte])))).toEqual(new FrameReader().push(bytes));
      }),
    );
  });

  it.each([
    {
      why: 'a length above the largest',
      bytes: Buffer.from('000010010102', 'hex'),
      because: `a frame of 4097 bytes, ${MAX_FRAME_BYTES} at most`,
    },
    {
      why: 'a length of 4 GiB',
      bytes: Buffer.from('ffffffff', 'hex'),
      because: `a frame of 4294967295 bytes, ${MAX_FRAME_BYTES} at most`,
    },
    { why: 'an empty body', bytes: Buffer.from('00000000', 'hex'), because: 'a frame that is no JSON: ""' },
    { why: 'half a message', bytes: Buffer.from('\0\0\0\x02{"'), because: String.raw`a frame that is no JSON: "{\""` },
    {
      why: 'bytes that are no UTF-8',
      bytes: Buffer.from('0000000322ff22', 'hex'),
      because: String.raw`a frame that is no JSON: "\"ÿ\""`,
    },
    {
      why: 'an HTTP request',
      bytes: Buffer.from('GET / HTTP/1.1\r\n'),
      because: `a frame of 1195725856 bytes, ${MAX_FRAME_BYTES} at most`,
    },
  ])('calls $why bad and says why', ({ bytes, because }) => {
    expect(new FrameReader().push(bytes)).toEqual([{ kind: 'bad', because }]);
  });

  it('reads the largest frame, and nothing any more after a bad one', () => {
    const reader = new FrameReader();
    const largest = { text: 'x'.repeat(MAX_FRAME_BYTES - '{"text":""}'.length) };

    expect(reader.push(toFrame(largest))).toEqual([{ kind: 'frame', value: largest }]);
    expect(reader.push(Buffer.from([0, 0, 0, 1, 0x78]))).toMatchObject([{ kind: 'bad' }]);
    expect(reader.push(toFrame({}))).toEqual([]);
  });
});
