import { describe, expect, it } from 'vitest';
import { parseProcNetProtocols } from '../../../src/core/parse/proc-net-protocols.ts';
import { PROTOCOLS_HEADER, protocolLine, table } from '../../lines.ts';

const parse = (...lines: readonly string[]) => parseProcNetProtocols(table(PROTOCOLS_HEADER, ...lines));

describe('parseProcNetProtocols', () => {
  it('reads how many sockets each protocol has', () => {
    expect(parse(protocolLine(), protocolLine({ name: 'UNIX-STREAM', sockets: '0' }))).toEqual({
      rows: [
        { name: 'TCPv6', sockets: 5 },
        { name: 'UNIX-STREAM', sockets: 0 },
      ],
      faults: [],
    });
  });

  it.each([
    { why: 'a name and nothing more', line: 'TCP', field: 'size', found: '' },
    { why: 'a size that is no number', line: protocolLine({ size: 'x' }), field: 'size', found: 'x' },
    { why: 'a negative count', line: protocolLine({ sockets: '-1' }), field: 'sockets', found: '-1' },
  ])('reports $why and keeps the other rows', ({ line, field, found }) => {
    expect(parse(line, protocolLine())).toEqual({
      rows: [{ name: 'TCPv6', sockets: 5 }],
      faults: [{ source: 'proc-net-protocols', line: 2, field, found }],
    });
  });
});
