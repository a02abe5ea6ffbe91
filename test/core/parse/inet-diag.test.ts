import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInetDiagRequest, InetDiagReader } from '../../../src/core/parse/inet-diag.ts';
import type { ByteOrder } from '../../../src/core/parse/ip.ts';
import { TCP_STATES } from '../../../src/core/model/socket.ts';
import { anInetRow } from '../evidence-builder.ts';

interface Reader {
  readonly order: ByteOrder;
  readonly wants: (inode: string) => boolean;
}

const ALL = (): boolean => true;
const DUMP = 18;
const ERROR = 2;
const DONE = 3;
const INTERRUPTED = 0x10;

interface Cells {
  readonly family?: number;
  readonly state?: number;
  readonly sport?: number;
  readonly dport?: number;
  readonly src?: readonly number[];
  readonly dst?: readonly number[];
  readonly rqueue?: number;
  readonly wqueue?: number;
  readonly inode?: number;
  readonly attributes?: number;
}

/** A message of a dump: an established connection of 127.0.0.1. */
function aRow(cells: Cells = {}, order: ByteOrder = 'LE'): Uint8Array {
  const { family = 2, state = 1, sport = 8080, dport = 40_000, rqueue = 3, wqueue = 5, inode = 39_309 } = cells;
  const { src = [127, 0, 0, 1], dst = [127, 0, 0, 1], attributes = 0 } = cells;
  const view = new DataView(new ArrayBuffer(72 + attributes));
  view.setUint8(0, family);
  view.setUint8(1, state);
  view.setUint16(4, sport);
  view.setUint16(6, dport);
  src.forEach((byte, at) => view.setUint8(8 + at, byte));
  dst.forEach((byte, at) => view.setUint8(24 + at, byte));
  view.setUint32(56, rqueue, order === 'LE');
  view.setUint32(60, wqueue, order === 'LE');
  view.setUint32(68, inode, order === 'LE');
  return aMessage(DUMP, new Uint8Array(view.buffer), { order });
}

function aMessage(
  type: number,
  payload: Uint8Array,
  { flags = 2, order = 'LE' }: { readonly flags?: number; readonly order?: ByteOrder } = {},
): Uint8Array {
  const length = 16 + payload.length;
  const bytes = new Uint8Array((length + 3) & ~3);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, order === 'LE');
  view.setUint16(4, type, order === 'LE');
  view.setUint16(6, flags, order === 'LE');
  bytes.set(payload, 16);
  return bytes;
}

const anErrno = (errno: number): Uint8Array => new Uint8Array(Int32Array.of(-errno).buffer);
const join = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => Array.from(part)));

function read(datagram: Uint8Array, { order = 'LE', wants = ALL }: Partial<Reader> = {}) {
  const reader = new InetDiagReader(order, wants);
  return { end: reader.read(datagram), rows: reader.rows };
}

describe('InetDiagReader', () => {
  it('reads a connection', () => {
    expect(read(aRow())).toEqual({
      end: 'more',
      rows: [
        {
          table: 'tcp',
          row: anInetRow('39309', {
            remote: { address: '127.0.0.1', port: 40_000 },
            sendQueueBytes: 5,
            recvQueueBytes: 3,
          }),
        },
      ],
    });
  });

  it('takes the queues of a listener for those that wait and may wait', () => {
    const [listed] = read(aRow({ state: 10, rqueue: 3, wqueue: 511 })).rows;
    expect(listed?.row).toMatchObject({ state: 'LISTEN', recvQueueBytes: 3, sendQueueBytes: 0, backlog: 511 });
  });

  it('reads back every row, whatever attributes follow it, in both byte orders', () => {
    const endpoint = (bytes: number) => fc.array(fc.nat(255), { minLength: bytes, maxLength: bytes });
    const u32 = fc.nat(0xffff_ffff);
    const row = fc.oneof(
      ...[4, 16].map((bytes) =>
        fc.record({
          family: fc.constant(bytes === 4 ? 2 : 10),
          state: fc.integer({ min: 1, max: 12 }),
          sport: fc.nat(65_535),
          dport: fc.nat(65_535),
          src: endpoint(bytes),
          dst: endpoint(bytes),
          rqueue: u32,
          wqueue: u32,
          inode: u32,
          attributes: fc.nat(60),
        }),
      ),
    );
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), fc.constantFrom('LE' as const, 'BE' as const), (cells, order) => {
        const { end, rows } = read(join(...cells.map((one) => aRow(one, order))), { order });
        expect(end).toBe('more');
        expect(
          rows.map(({ table, row: { inode, state, local, remote } }) => [table, inode, state, local.port, remote.port]),
        ).toEqual(
          cells.map(({ family, inode, state, sport, dport }) => [
            family === 2 ? 'tcp' : 'tcp6',
            `${inode}`,
            TCP_STATES[state],
            sport,
            dport,
          ]),
        );
      }),
    );
  });

  it('formats addresses as the text of the tables does', () => {
    const mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 7];
    const rows = read(
      join(aRow({ family: 10, src: mapped, dst: Array.from({ length: 16 }, () => 0) }), aRow({ dst: [10, 0, 0, 7] })),
    ).rows.map(({ row }) => [row.local.address, row.remote.address]);
    expect(rows).toEqual([
      ['::ffff:10.0.0.7', '::'],
      ['127.0.0.1', '10.0.0.7'],
    ]);
  });

  it('leaves out what nobody wants', () => {
    const { rows } = read(join(aRow({ inode: 7 }), aRow({ inode: 0, state: 6 }), aRow({ inode: 8 })), {
      wants: (inode) => inode === '8' || inode === '0',
    });
    expect(rows.map(({ row }) => row.inode)).toEqual(['0', '8']);
  });

  it('gives connections of one listener one local endpoint', () => {
    const [one, other] = read(join(aRow({ inode: 1 }), aRow({ inode: 2 }))).rows;
    expect(one?.row.local).toBe(other?.row.local);
  });

  it.each([
    { name: 'the end of a dump', bytes: aMessage(DONE, anErrno(0)), end: 'done' },
    { name: 'an end without a number', bytes: aMessage(DONE, new Uint8Array(0)), end: 'done' },
    { name: 'a dump that failed at its end', bytes: aMessage(DONE, anErrno(12)), end: 'failed' },
    { name: 'a refusal', bytes: aMessage(ERROR, anErrno(2)), end: 'failed' },
    {
      name: 'a dump that was interrupted',
      bytes: aMessage(DUMP, new Uint8Array(72), { flags: INTERRUPTED }),
      end: 'failed',
    },
    { name: 'an interrupted end', bytes: aMessage(DONE, anErrno(0), { flags: INTERRUPTED }), end: 'failed' },
    { name: 'a message of another kind', bytes: aMessage(20, new Uint8Array(72)), end: 'failed' },
    { name: 'a family that is neither', bytes: aRow({ family: 1 }), end: 'failed' },
    { name: 'a row cut short', bytes: aMessage(DUMP, new Uint8Array(71)), end: 'failed' },
    { name: 'a datagram cut short', bytes: aRow().subarray(0, 60), end: 'failed' },
    { name: 'half a header', bytes: aRow().subarray(0, 10), end: 'failed' },
    { name: 'a length that ends nowhere', bytes: new Uint8Array(16), end: 'failed' },
    { name: 'nothing', bytes: new Uint8Array(0), end: 'more' },
  ])('knows $name', ({ bytes, end }) => {
    expect(read(bytes).end).toBe(end);
  });

  it('ends, and throws at nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom('LE' as const, 'BE' as const), (bytes, order) => {
        expect(['more', 'done', 'failed']).toContain(read(bytes, { order }).end);
      }),
    );
  });

  it('never takes part of a dump for the whole', () => {
    const whole = join(aRow({ inode: 1 }), aRow({ family: 10, inode: 2 }), aMessage(DONE, anErrno(0)));
    for (let length = 0; length < whole.length; length++)
      expect(read(whole.subarray(0, length)).end, `${length} bytes`).not.toBe('done');
  });
});

it.each(['LE', 'BE'] as const)('asks for every state that the text prints, of any family, on a %s host', (order) => {
  const bytes = formatInetDiagRequest(order, true);
  const view = new DataView(bytes.buffer);
  const isLittle = order === 'LE';
  expect([view.getUint32(0, isLittle), view.getUint16(4, isLittle), view.getUint16(6, isLittle)]).toEqual([
    76, 18, 0x301,
  ]);
  expect([view.getUint8(16), view.getUint32(68, isLittle)]).toEqual([0, 0b1_1111_1111_1110]);
  // struct inet_diag_req, idiag_ext: INET_DIAG_INFO only where it is wanted.
  expect([bytes[19], formatInetDiagRequest(order, false)[19]]).toEqual([2, 0]);
});
