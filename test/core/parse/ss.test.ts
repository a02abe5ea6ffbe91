import * as fc from 'fast-check';
import { measureCpuMs } from '../../cpu-time.ts';
import { describe, expect, it } from 'vitest';
import type { SsRow } from '../../../src/core/model/tool-row.ts';
import { parseSs } from '../../../src/core/parse/ss.ts';
import { fixture } from '../../lines.ts';
import { expectEveryLineToCount } from './line-law.ts';

const HEADER = 'State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process';

/** One TCP row as `ss -tanpe` prints it, with the cells a test cares about replaced. */
const tcp = ({
  state = 'LISTEN',
  name = 'gshell',
  inode = '163301',
  cookie = '1012',
  rest = ' cgroup:/ v6only:0 <->',
} = {}): string =>
  `${state} 0      4096               *:11985            *:*     users:(("${name}",pid=17195,fd=9)) ino:${inode} sk:${cookie}${rest}`;

const unix = ({ path = '*', inode = '78396', peer = '78397', arrow = '<->' } = {}): string =>
  `u_str ESTAB 0      0      ${path} ${inode} * ${peer} users:(("x",pid=7,fd=3)) ${arrow}  `;

const parse = (lines: readonly string[], only = 'tcp') => parseSs([HEADER, ...lines, ''].join('\n'), only);
const inodesOf = (rows: readonly SsRow[]) => rows.flatMap(({ inode }) => (inode === null ? [] : [inode]));
const ownInodes = fixture('tools/inodes.txt').trim().split('\n');
const namedInodes = fixture('tools/named-inodes.txt')
  .trim()
  .split('\n')
  .map((line) => line.split(' ')[1]);

describe('parseSs', () => {
  it('reads a listener', () => {
    expect(parse([tcp()])).toEqual({
      rows: [
        {
          netid: 'tcp',
          state: 'LISTEN',
          recvQueue: 0,
          sendQueue: 4096,
          inode: '163301',
          cookie: '1012',
          local: '*:11985',
          remote: '*:*',
          peerInode: null,
        },
      ],
      faults: [],
    });
  });

  it.each([
    ['ESTAB', 'ESTABLISHED'],
    ['SYN-SENT', 'SYN_SENT'],
    ['SYN-RECV', 'SYN_RECV'],
    ['FIN-WAIT-1', 'FIN_WAIT1'],
    ['FIN-WAIT-2', 'FIN_WAIT2'],
    ['TIME-WAIT', 'TIME_WAIT'],
    ['UNCONN', 'CLOSE'],
    ['CLOSE-WAIT', 'CLOSE_WAIT'],
    ['LAST-ACK', 'LAST_ACK'],
    ['CLOSING', 'CLOSING'],
    ['BOUND-INACTIVE', 'BOUND_INACTIVE'],
  ])('spells %s as the kernel does, %s', (state, spelt) => {
    expect(parse([tcp({ state })]).rows).toMatchObject([{ state: spelt }]);
  });

  it.each([
    'x) ino:123 sk:9',
    ' ino:123 sk:9 ',
    'x",pid=1,fd=3',
    '",pid=1,fd=3)) ',
    '",pid=1,fd=3))\n',
    ',fd=3)) ino:1 ',
    'a\nLISTEN 0 0 :1',
    '\nESTAB 0 0 1 2 ',
    '\nusers:((',
    '',
  ])('is not deceived by a process named %j', (name) => {
    const { rows, faults } = parse([tcp({ name }), tcp({ inode: '7' })]);

    expect(inodesOf(rows)).toEqual(['163301', '7']);
    expect(faults).toEqual([]);
  });

  it('is not deceived by a control group that looks like a column', () => {
    expect(inodesOf(parse([tcp({ rest: ' cgroup:/x)) ino:5 sk:6 <->' })]).rows)).toEqual(['163301']);
  });

  it('reads rows without users, without details and with nothing after the addresses', () => {
    const { rows, faults } = parse([
      'TIME-WAIT 0 0 127.0.0.1:50830 127.0.0.1:38205 timer:(timewait,42sec,0) ino:0 sk:4348   ',
      'ESTAB 0 0 127.0.0.1:1 127.0.0.1:2 users:(("a",pid=1,fd=3))',
      'UNCONN 0 0 0.0.0.0:1 0.0.0.0:*',
    ]);

    expect(faults).toEqual([]);
    expect(rows.map(({ inode, cookie }) => ({ inode, cookie }))).toEqual([
      { inode: '0', cookie: '4348' },
      { inode: null, cookie: null },
      { inode: null, cookie: null },
    ]);
  });

  it.each([
    { why: 'an unknown state', line: 'GHOST 0 0 *:1 *:*', field: 'State' },
    { why: 'a queue that is no number', line: 'LISTEN x 0 *:1 *:*', field: 'State' },
    { why: 'a missing address', line: 'LISTEN 0 0 *:1', field: 'users' },
    { why: 'users that never end', line: 'LISTEN 0 0 *:1 *:* users:(("a",pid=1,', field: 'users' },
    { why: 'a name longer than the kernel has', line: tcp({ name: 'sixteen-bytes-xx' }), field: 'users' },
    { why: 'an error message', line: 'Cannot open netlink socket: Operation not permitted', field: 'State' },
  ])('reports $why and keeps the other rows', ({ line, field }) => {
    const { rows, faults } = parse([line, tcp()]);

    expect(inodesOf(rows)).toEqual(['163301']);
    expect(faults).toEqual([{ source: 'ss', line: 2, field, found: line.slice(0, 80) }]);
  });

  it('does not read a number that was cut', () => {
    const cut = `${HEADER}\n${tcp()}\n${tcp({ rest: '' })}`;

    expect(parseSs(cut).rows).toHaveLength(1);
    expect(parseSs(cut).faults).toMatchObject([{ line: 3, field: 'end of line' }]);
  });

  it('tells a peer that is gone from one that waits to be accepted', () => {
    const { rows } = parse([
      unix({ inode: '1', peer: '2' }),
      unix({ inode: '3', peer: '0', arrow: '---' }),
      unix({ inode: '4', peer: '0', arrow: '<->' }),
    ]);

    expect(rows.map(({ peerInode }) => peerInode)).toEqual(['2', '0', null]);
  });

  it.each([
    '/tmp/sp ace) ino:77 x.sock',
    '/tmp/new\nline.sock',
    '@p 5 * 0 users:(("f",pid=1,fd=1)) <-> ',
    '@p 5 * 0',
    `@${'9 '.repeat(53)}`,
  ])('is not deceived by a unix socket named %j', (path) => {
    const { rows, faults } = parse([unix({ path }), unix({ inode: '7', peer: '8' })]);

    expect(faults).toEqual([]);
    expect(rows).toMatchObject([
      { inode: '78396', peerInode: '78397', local: path.trimEnd() },
      { inode: '7', peerInode: '8' },
    ]);
  });

  it('believes neither of two rows that tell different peers of one unix socket', () => {
    const { rows } = parse([
      unix({ path: '@x 5 * 0 \nu_str ESTAB 0 0 * 7 * 0 ---\n' }),
      unix({ inode: '7', peer: '8' }),
    ]);

    expect(rows.filter(({ inode }) => inode === '7').map(({ peerInode }) => peerInode)).toEqual([null, null]);
  });

  it.each([
    { file: 'ss-tanpe', only: 'tcp', count: 16 },
    { file: 'ss-uanpe', only: 'udp', count: 3 },
    { file: 'ss-Manpe', only: 'mptcp', count: 5 },
    { file: 'ss-wanpe', only: 'raw', count: 2 },
    { file: 'ss-0anpe', only: '', count: 1 },
    { file: 'ss-vsock', only: 'v_str', count: 0 },
  ])('reads $count rows of $file, continued lines and all', ({ file, only, count }) => {
    const { rows, faults } = parseSs(fixture(`tools/${file}.txt`), only);

    expect(faults).toEqual([]);
    expect(rows).toHaveLength(count);
  });

  it('finds the inodes of three real processes that bear the names of columns', () => {
    for (const file of ['ss-tanpe', 'ss-all-details']) {
      expect(inodesOf(parseSs(fixture(`tools/${file}.txt`), 'tcp').rows)).toEqual(expect.arrayContaining(namedInodes));
    }
  });

  it('lists a real forged unix name as such and lets it speak for nobody', () => {
    const { rows, faults } = parseSs(fixture('tools/ss-xanpe.txt'));
    const forged = rows.find(({ inode }) => inode === '5');
    const victims = rows.filter(({ inode, peerInode }) => inode !== null && peerInode === null && inode !== '5');

    expect(forged).toMatchObject({ local: '@x' });
    expect(new Set(victims.map(({ inode }) => inode)).size).toBe(2);
    expect(faults).toHaveLength(1);
  });

  it.each(['ss-all', 'ss-all-details'])(
    'reads no inode from %s that the holders do not have, but of a forged row',
    (file) => {
      // A subflow of an MPTCP connection that was closed keeps its inode; the rows of `-p` show that nobody has it.
      const ownerless = fixture('tools/ss-tanpe.txt').match(/(?<=[0-9] ino:)\d+/g) ?? [];
      const known = new Set([...ownInodes, ...namedInodes, ...ownerless, '0', '5']);
      const inodes = inodesOf(parseSs(fixture(`tools/${file}.txt`)).rows);

      expect(inodes.filter((inode) => !known.has(inode))).toEqual([]);
      expect(inodes.length).toBeGreaterThan(30);
    },
  );

  it.each([
    { path: '0-healthy', rows: 27 },
    { path: '2-after-90s', rows: 8 },
    { path: 'fixed-2-after-80s', rows: 8 },
  ])('reads $rows rows of the daemon $path', ({ path, rows: count }) => {
    const { rows, faults } = parseSs(fixture(`gshell/${path}/ss-tanpe.txt`), 'tcp');

    expect(faults).toEqual([]);
    expect(rows).toHaveLength(count);
    expect(rows).toContainEqual(expect.objectContaining({ local: '*:11985', state: 'LISTEN' }));
  });

  it('accounts for every line whatever it is given', () => {
    // A line that is indented belongs to the one before.
    expectEveryLineToCount((lines) => parse(lines.map((line) => line.trimStart())), [tcp(), unix()]);
  });

  it('never throws, wherever real output is cut', () => {
    const whole = fixture('tools/ss-all-details.txt');
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(whole.length), (start, end) => {
        expect(() => parseSs(whole.slice(start, end))).not.toThrow();
      }),
    );
  });

  it('reads what it was given back, whatever the name', () => {
    const name = fc.string({ unit: 'binary-ascii', maxLength: 15 });
    fc.assert(
      fc.property(name, fc.bigInt({ min: 0n, max: 2n ** 32n }), (name, inode) => {
        expect(inodesOf(parse([tcp({ name, inode: `${inode}` })]).rows)).toEqual([`${inode}`]);
      }),
    );
  });

  it('does not mind the order of rows', () => {
    const lines = ['1', '2', '3', '4'].map((inode) => tcp({ inode }));
    fc.assert(
      fc.property(fc.shuffledSubarray(lines, { minLength: 4 }), (shuffled) => {
        expect(inodesOf(parse(shuffled).rows).toSorted()).toEqual(['1', '2', '3', '4']);
      }),
    );
  });

  it.each([
    ['rows', `${tcp()}\n`],
    ['users that never end', 'LISTEN 0 0 *:1 *:* users:(("a",pid=1,fd=3),\n'],
    ['unix rows without ports', 'u_str ESTAB 0 0 1 2 3 4 5 6 x 8 9 y\n'],
    ['rubbish', 'no such command\n'],
  ])('grows no faster than the text made of %s', (_, line) => {
    const measure = (count: number): number => {
      const text = line.repeat(count);
      return measureCpuMs(() => parseSs(text));
    };
    measure(20_000);

    expect(measure(200_000) / Math.max(measure(20_000), 5)).toBeLessThan(40);
  });
});
