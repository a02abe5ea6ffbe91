import { describe, expect, it } from 'vitest';
import { parseLsofFields } from '../../../src/core/parse/lsof-fields.ts';
import { parseLsofTable } from '../../../src/core/parse/lsof-table.ts';
import { fixture } from '../../lines.ts';
import { expectEveryLineToCount } from './line-law.ts';
import { anLsofRow, TCP6_UNLISTED } from '../tool-row-builder.ts';

const ORPHAN = 'gshell 3597864 nobody 42u sock 0,9 0t0 3126838341 protocol: TCPv6';
const parse = (...lines: readonly string[]) => parseLsofTable([...lines, ''].join('\n'));

describe('parseLsofTable', () => {
  it('reads a socket that lsof found in no table', () => {
    expect(parse(ORPHAN)).toEqual({
      rows: [anLsofRow(42, '3126838341', { ...TCP6_UNLISTED, pid: 3_597_864, command: 'gshell' })],
      faults: [],
    });
  });

  it.each([
    {
      line: 'g 1 nobody 11u IPv6 3112600879 0t0 TCP *:11985 (LISTEN)',
      row: { fd: 11, inode: '3112600879', name: '*:11985 (LISTEN)' },
    },
    {
      line: 'g 1 nobody 8u unix 0xffff8af63fcf5c00 0t0 3112600870 @a/b.sock type=STREAM',
      row: { inode: '3112600870', name: '@a/b.sock type=STREAM' },
    },
    {
      line: 'g 1 root  17u      raw                         0t0   78320 00000000:0001->00000000:0000 st=07',
      row: { type: 'raw', inode: '78320' },
    },
    {
      line: 'g 1 root  26u  netlink                         0t0   78333 KOBJECT_UEVENT',
      row: { inode: '78333', name: 'KOBJECT_UEVENT' },
    },
    { line: 'g 1 root  19u     pack              78322      0t0     ALL type=SOCK_RAW', row: { inode: '78322' } },
    {
      line: 'g 1 root  mem       REG              254,0           338944 /usr/lib/ld.so',
      row: { fd: null, fdText: 'mem', inode: '338944' },
    },
    {
      line: 'g 1 root *406u     IPv4             102577      0t0     TCP 127.0.0.1:54775 (LISTEN)',
      row: { fd: null, fdText: '*406', inode: '102577' },
    },
    {
      line: 'g 1 root    3uW     REG              254,0     3156 2179372 /srv/a b',
      row: { fd: 3, fdText: '3', inode: '2179372', name: '/srv/a b' },
    },
    {
      line: 'g 1 root    4u  a_inode               0,16        0    1038 [eventpoll:11,13...]',
      row: { inode: '1038' },
    },
    {
      line: 'g 1 root NOFD             /proc/1/fd (opendir: Permission denied)',
      row: { fdText: 'NOFD', type: '', name: '/proc/1/fd (opendir: Permission denied)' },
    },
    {
      line: 'g 1 root  cwd   unknown          /proc/1/cwd (readlink: Permission denied)',
      row: { fdText: 'cwd', inode: null },
    },
  ])('reads $line', ({ line, row }) => {
    expect(parse(line)).toMatchObject({ rows: [row], faults: [] });
  });

  it.each(['lsof: status error on 7: No such file or directory', 'gshell one nobody 42u sock 0,9 0t0 7 x', 'gshell 7'])(
    'reports %j and keeps the other rows',
    (line) => {
      const { rows, faults } = parse(line, ORPHAN);

      expect(rows).toHaveLength(1);
      expect(faults).toEqual([{ source: 'lsof', line: 1, field: 'FD', found: line }]);
    },
  );

  it('does not read an inode that was cut', () => {
    expect(parseLsofTable(ORPHAN.slice(0, 50)).rows).toEqual([]);
  });

  it('reads all 33 published lines of the first investigation: 14 in no table, 19 others', () => {
    const { rows, faults } = parseLsofTable(fixture('seed/lsof.txt'));

    expect(faults).toEqual([]);
    expect(rows.filter(({ protocolName }) => protocolName === 'TCPv6')).toHaveLength(14);
    expect(rows.filter(({ type }) => type !== 'sock')).toHaveLength(19);
    expect(new Set(rows.map(({ inode }) => inode)).size).toBe(33);
  });

  it.each([
    { path: '0-healthy', unlisted: 0 },
    { path: '2-after-90s', unlisted: 40 },
    { path: 'fixed-2-after-80s', unlisted: 0 },
  ])('finds $unlisted sockets in no table in $path', ({ path, unlisted }) => {
    const { rows, faults } = parseLsofTable(fixture(`gshell/${path}/lsof.txt`));

    expect(faults).toEqual([]);
    expect(rows.filter(({ protocolName }) => protocolName === 'TCPv6')).toHaveLength(unlisted);
    expect(rows.filter(({ fd, inode }) => fd !== null && inode === null)).toEqual([]);
  });

  it('finds every socket of the daemon in no table when lsof ran in another namespace', () => {
    const { rows } = parseLsofTable(fixture('gshell/2-after-90s/lsof-from-other-netns.txt'));

    expect(rows.filter(({ protocolName }) => protocolName !== null)).toHaveLength(50);
  });

  it.each(['lsof', 'lsof-denied'])('says of one process what the fields say, %s', (name) => {
    const facts = ({ pid, fd, fdText, type, inode }: ReturnType<typeof parse>['rows'][number]) => ({
      pid,
      fd,
      fdText,
      type,
      inode,
    });
    const table = parseLsofTable(fixture(`tools/${name === 'lsof' ? 'lsof-table' : name}.txt`));
    const fields = parseLsofFields(fixture(`tools/${name === 'lsof' ? 'lsof-fields' : 'lsof-fields-denied'}.txt`));

    expect(table.faults).toEqual([]);
    expect(table.rows.map((row) => facts(row))).toEqual(fields.rows.map((row) => facts(row)));
  });

  it('accounts for every line whatever it is given', () => {
    expectEveryLineToCount((lines) => parse(...lines), [ORPHAN]);
  });
});
