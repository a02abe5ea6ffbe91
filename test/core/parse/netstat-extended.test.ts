import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNetstatExtended } from '../../../src/core/parse/netstat-extended.ts';

describe('parseNetstatExtended', () => {
  it.each([
    [
      'tcp        0      0 0.0.0.0:2024            0.0.0.0:*               LISTEN      0          1151      ',
      'tcp',
      '1151',
    ],
    [
      'tcp6       0      0 ::1:8080                ::1:54962               TIME_WAIT   0          0         ',
      'tcp6',
      '0',
    ],
    [
      'udp        0      0 127.0.0.1:53            0.0.0.0:*                           101        18211     ',
      'udp',
      '18211',
    ],
    [
      'raw        0      0 0.0.0.0:1               0.0.0.0:*               7           0          99321     ',
      'raw',
      '99321',
    ],
    ['unix  3      [ ]         STREAM     CONNECTED     2154385  ', 'unix', '2154385'],
    ['unix  2      [ ACC ]     STREAM     LISTENING     20011    /run/a b.sock', 'unix', '20011'],
    ['unix  2      [ ]         DGRAM                    20012    @/tmp/x', 'unix', '20012'],
  ])('reads %s', (line, protocol, inode) => {
    expect(parseNetstatExtended(`${line}\n`)).toEqual({ rows: [{ protocol, inode }], faults: [] });
  });

  it('takes headings for what they are, and says which lines make no sense', () => {
    const text = 'Active Internet connections\nProto Recv-Q Send-Q\ntcp x y\n';
    expect(parseNetstatExtended(text)).toMatchObject({ rows: [], faults: [{ source: 'netstat', line: 3 }] });
  });

  it('makes a row or a fault of every line, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1 }).filter((line) => /^(?!Active |Proto )\S[^\n\r]*$/.test(line))),
        (lines) => {
          const { rows, faults } = parseNetstatExtended(lines.join('\n'));
          expect(rows.length + faults.length).toBe(lines.length);
        },
      ),
    );
  });
});
