import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseProcNetPacket } from '../../../src/core/parse/proc-net-packet.ts';
import { PACKET_HEADER, packetLine, table } from '../../lines.ts';

const parse = (...lines: readonly string[]) => parseProcNetPacket(table(PACKET_HEADER, ...lines));

describe('parseProcNetPacket', () => {
  it.each([
    { type: '3', is: 'raw' },
    { type: '2', is: 'dgram' },
    { type: '10', is: 'packet' },
  ])('reads type $type as $is', ({ type, is }) => {
    expect(parse(packetLine({ type }))).toEqual({ rows: [{ inode: '16109', type: is }], faults: [] });
  });

  it.each([
    { why: 'a type the kernel does not have', line: packetLine({ type: '9' }), field: 'Type', found: '9' },
    { why: 'a type that is no number', line: packetLine({ type: '__proto__' }), field: 'Type', found: '__proto__' },
    { why: 'a negative inode', line: packetLine({ inode: '-1' }), field: 'Inode', found: '-1' },
    { why: 'too few columns', line: '00000000c2c7f8b1 3 3', field: 'Inode', found: '' },
  ])('reports $why and keeps the other rows', ({ line, field, found }) => {
    expect(parse(line, packetLine())).toEqual({
      rows: [{ inode: '16109', type: 'raw' }],
      faults: [{ source: 'proc-net-packet', line: 2, field, found }],
    });
  });

  it('accounts for every line, whatever it is given', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constant(packetLine()))), (lines) => {
        const text = lines.join('\n');
        const { rows, faults } = parseProcNetPacket(text);
        const expected = text.split('\n').slice(1);
        expect(rows.length + faults.length).toBe(expected.filter((line) => line.trim() !== '').length);
      }),
    );
  });
});
