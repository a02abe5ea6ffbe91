import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NETLINK_PROTOCOLS, parseProcNetNetlink } from '../../../src/core/parse/proc-net-netlink.ts';
import { NETLINK_HEADER, netlinkLine, table } from '../../lines.ts';

const parse = (...lines: readonly string[]) => parseProcNetNetlink(table(NETLINK_HEADER, ...lines));

describe('parseProcNetNetlink', () => {
  it('reads the protocol and the inode of a socket', () => {
    expect(parse(netlinkLine())).toEqual({ rows: [{ inode: '566', protocolNumber: 4 }], faults: [] });
  });

  it.each([
    { number: 0, name: 'route' },
    { number: 4, name: 'sock-diag' },
    { number: 9, name: 'audit' },
    { number: 15, name: 'kobject-uevent' },
    { number: 16, name: 'generic' },
    { number: 20, name: 'rdma' },
    { number: 22, name: 'smc' },
  ])('calls protocol $number $name', ({ number, name }) => {
    expect(NETLINK_PROTOCOLS[number]).toBe(name);
  });

  it.each([
    { why: 'a protocol that is no number', line: netlinkLine({ eth: 'x' }), field: 'Eth', found: 'x' },
    { why: 'a negative inode', line: netlinkLine({ inode: '-1' }), field: 'Inode', found: '-1' },
    { why: 'too few columns', line: '0000000035668855 4', field: 'Inode', found: '' },
  ])('reports $why and keeps the other rows', ({ line, field, found }) => {
    expect(parse(line, netlinkLine())).toEqual({
      rows: [{ inode: '566', protocolNumber: 4 }],
      faults: [{ source: 'proc-net-netlink', line: 2, field, found }],
    });
  });

  it('never takes a row that was cut', () => {
    const text = table(NETLINK_HEADER, netlinkLine(), '0000000035668855 4 0 0 0 0 0 2 0 566').slice(0, -2);
    expect(parseProcNetNetlink(text)).toMatchObject({
      rows: [{ inode: '566' }],
      faults: [{ line: 3, field: 'end of line' }],
    });
  });

  it('reads back every row', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(31), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))), (cells) => {
        const { rows, faults } = parse(
          ...cells.map(([eth, inode]) => netlinkLine({ eth: `${eth}`, inode: `${inode}` })),
        );
        expect(rows).toEqual(cells.map(([protocolNumber, inode]) => ({ protocolNumber, inode: `${inode}` })));
        expect(faults).toEqual([]);
      }),
    );
  });
});
