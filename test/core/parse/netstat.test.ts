import { describe, expect, it } from 'vitest';
import { parseNetstat } from '../../../src/core/parse/netstat.ts';
import { fixture } from '../../lines.ts';
import { expectEveryLineToCount } from './line-law.ts';

const LISTENER = 'tcp6       0      0 :::40811                :::*                    LISTEN      3597864/bin/gshell  ';
const parse = (...lines: readonly string[]) => parseNetstat([...lines, ''].join('\n'));

describe('parseNetstat', () => {
  it('reads a listener', () => {
    expect(parse(LISTENER)).toEqual({
      rows: [
        {
          protocol: 'tcp6',
          recvQueueBytes: 0,
          sendQueueBytes: 0,
          local: ':::40811',
          remote: ':::*',
          state: 'LISTEN',
          pid: 3_597_864,
          program: 'bin/gshell',
          inode: null,
          type: null,
          path: null,
        },
      ],
      faults: [],
    });
  });

  it.each([
    { line: 'udp 0 0 0.0.0.0:9923 0.0.0.0:* 3597864/bin/gshell', row: { state: null, pid: 3_597_864 } },
    {
      line: 'tcp        0      0 127.0.0.1:50830         127.0.0.1:38205         TIME_WAIT   -                   ',
      row: { state: 'TIME_WAIT', pid: null, program: null },
    },
    {
      line: 'raw        0      0 0.0.0.0:1               0.0.0.0:*               7           9226/python3        ',
      row: { state: '7' },
    },
    { line: 'tcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN 7/sshd: /usr/sbin/ss', row: { program: 'sshd: /usr/sbin/ss' } },
    {
      line: 'unix  2      [ ACC ]     STREAM     LISTENING     163297   17195/gshell-leaky   @a/b c.sock',
      row: { state: 'LISTENING', inode: '163297', program: 'gshell-leaky', path: '@a/b c.sock' },
    },
    {
      line: 'unix  2      [ ]         DGRAM                    103103   9226/python3         /tmp/d.sock',
      row: { state: null, inode: '103103', path: '/tmp/d.sock' },
    },
    {
      line: 'unix  3      [ ]         STREAM     CONNECTED     103106   9226/python3         ',
      row: { path: null, local: null },
    },
    {
      line: 'unix  3      [ ]         STREAM     CONNECTING    0        -                    @abstract',
      row: { inode: '0', pid: null },
    },
  ])('reads $line', ({ line, row }) => {
    expect(parse(line)).toMatchObject({ rows: [row], faults: [] });
  });

  it('reports a line that is none of its own', () => {
    expect(parse('Interface Table', LISTENER)).toMatchObject({
      rows: [{ protocol: 'tcp6' }],
      faults: [{ source: 'netstat', line: 1, field: 'Proto' }],
    });
  });

  it('reads all 19 published lines of the first investigation', () => {
    const { rows, faults } = parseNetstat(fixture('seed/netstat.txt'));

    expect(faults).toEqual([]);
    expect(rows.filter(({ protocol }) => protocol === 'tcp6')).toHaveLength(10);
    expect(rows.filter(({ protocol }) => protocol === 'udp')).toHaveLength(1);
    expect(rows.filter(({ path }) => path?.startsWith('@adaptiveservice/') === true)).toHaveLength(8);
    expect(rows.every(({ pid }) => pid === 3_597_864)).toBe(true);
  });

  it.each([
    { file: 'gshell/0-healthy/netstat-apn' },
    { file: 'gshell/2-after-90s/netstat-apn' },
    { file: 'gshell/fixed-2-after-80s/netstat-apn' },
    { file: 'tools/netstat-apn' },
  ])('reads every line of $file', ({ file }) => {
    const text = fixture(`${file}.txt`);
    const lines = text.split('\n').filter((line) => /^(?:tcp|udp|raw|unix)/.test(line));
    const { rows, faults } = parseNetstat(text);

    expect(faults).toEqual([]);
    expect(rows).toHaveLength(lines.length);
  });

  it('accounts for every line whatever it is given', () => {
    expectEveryLineToCount((lines) => parse(...lines), [LISTENER]);
  });
});
