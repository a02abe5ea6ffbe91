import { describe, expect, it } from 'vitest';
import { inspectFiles } from '../../../src/core/saved/inspect-files.ts';
import { readSaved } from '../../../src/core/saved/read-saved.ts';
import { NO_STACKS } from '../../../src/core/saved/stack-evidence.ts';
import { summarise } from '../../../src/core/saved/summarise.ts';

/** Lines of real tools, as they print them with options that few people use. */
const read = (...lines: readonly string[]) => readSaved(`${lines.join('\n')}\n`);
const factsOf = (...lines: readonly string[]) => {
  const { parts, unrecognised } = read(...lines);
  expect(unrecognised).toEqual([]);
  expect(parts).toHaveLength(1);
  return { tool: parts[0]!.tool, ...summarise(parts[0]!) };
};
const inspectionOf = (...lines: readonly string[]) => {
  const choice = { pid: null, stacks: NO_STACKS, version: '0' };
  const outcome = inspectFiles([{ name: 'paste', saved: read(...lines) }], 'paste', choice);
  if (outcome.kind !== 'inspected') throw new Error(outcome.because);
  return outcome.inspection;
};

describe('readSaved of lsof', () => {
  const WITH_FLAGS = [
    'COMMAND   PID USER   FD      TYPE         FILE-FLAG             DEVICE SIZE/OFF       NODE NAME',
    'python3 28683 root  mem       REG                                254,0    27028     338846 /usr/lib/gconv.cache',
    'python3 28683 root    1w      REG              W,LG              254,0    24040    3033401 /tmp/zoo.json',
    'python3 28683 root    5u     sock                RW                0,9      0t0   23015967 protocol: TCPv6',
    'python3 28683 root   16u     IPv4             RW,ND           23015986      0t0        TCP 127.0.0.1:37285 (LISTEN)',
    'python3 28683 root  217r      REG              R;CX                0,4        0 4026531833 net',
  ];

  it('+fg reads past the column of flags', () => {
    expect(factsOf(...WITH_FLAGS)).toMatchObject({
      descriptors: 4,
      unlistedTcp: 1,
      kinds: { file: 1, socket: 2, namespace: 1 },
      states: { LISTEN: 1 },
    });
  });

  it('names the user of the process, and none where no listing does', () => {
    expect(inspectionOf(...WITH_FLAGS).from?.user).toBe('root');
    expect(inspectionOf('lrwx------ 1 root root 64 Nov 25 20:01 3 -> socket:[7]').from?.user).toBeNull();
  });

  it('tells datagram sockets of AF_UNIX from streams', () => {
    const { descriptors } = inspectionOf(
      'app 7 root 3u unix 0x37e70e86 0t0 163 @a type=DGRAM (CONNECTED)',
      'app 7 root 4u unix 0x37e70e87 0t0 164 @b type=STREAM (CONNECTED)',
    );
    expect(descriptors.map(({ verdict }) => verdict.is)).toEqual(['datagram', 'in-use']);
  });
});

describe('readSaved of several listings', () => {
  const LS = (inode: number) => `lrwx------ 1 root root 64 Nov 25 20:01 3 -> socket:[${inode}]`;

  it.each([
    ['fish', 'anna@box ~> ls -l /proc/7/fd'],
    ['a host without a user', 'box:/root$ ls -l /proc/7/fd'],
    ['PowerShell', String.raw`PS C:\Users\anna> ssh box ls -l /proc/7/fd`],
    ['a block of code', '    $ ls -l /proc/7/fd'],
    ['set -x', '+ ls -l /proc/7/fd'],
  ])('knows the prompt of %s', (_, prompt) => {
    const { parts, unrecognised } = read(prompt, LS(4711));
    expect([parts[0]?.pids, unrecognised]).toEqual([[7], []]);
  });

  it('takes processes from the names that tail prints, and that a loop echoes', () => {
    const { parts } = read(
      '==> /proc/7/limits <==',
      'Max open files            1024                 4096                 files',
    );
    expect(parts).toMatchObject([{ tool: 'proc-limits', pids: [7] }]);
    const loop = '$ for p in $(pgrep app); do echo "== $p"; ls -l /proc/$p/fd; done';
    expect(read(loop, '== 7', LS(1), '== 8', LS(2)).parts.map(({ pids }) => pids)).toEqual([[7], [8]]);
  });

  it('gives a listing that names no process to the one whose sockets these are, not to who holds most', () => {
    const row = (pid: number, fd: number, inode: number) =>
      `LISTEN 0 128 127.0.0.1:${4000 + fd} 0.0.0.0:* users:(("app",pid=${pid},fd=${fd})) ino:${inode} sk:1`;
    expect(inspectionOf(LS(11), row(7, 3, 11), row(8, 3, 12), row(8, 4, 13)).process.pid).toBe(7);
    expect(inspectionOf(LS(99), row(7, 3, 11), row(8, 3, 12), row(8, 4, 13)).process.pid).toBe(0);
  });
});

describe('readSaved of other listings', () => {
  it('netstat -e knows the user of sockets without a state from a state', () => {
    const facts = factsOf(
      'Proto Recv-Q Send-Q Local Address           Foreign Address         State       User       Inode      PID/Program name',
      'tcp        0      0 127.0.0.1:37285         0.0.0.0:*               LISTEN      0          23015986   28683/python3',
      'udp6       0      0 ::1:43255               :::*                                0          23016226   28683/python3',
      'udpl       0      0 127.0.0.1:39294         0.0.0.0:*                           0          23016223   28683/python3',
      'raw        0      0 0.0.0.0:1               0.0.0.0:*               7           0          23016230   28683/python3',
    );
    expect(facts).toMatchObject({ tool: 'netstat', rows: 4, sockets: 4, states: { LISTEN: 1 } });
  });

  it('ls -F with quotes, find -printf and stat print links in their own ways', () => {
    const links = { tool: 'proc-fd-listing', descriptors: 2, sockets: 1 };
    const quoted = (fd: number, target: string) =>
      `lrwx------ 1 root root 64 Nov 25 20:01 "/proc/7/fd/${fd}" -> ${target}`;
    expect(factsOf(quoted(0, '"/dev/null"'), quoted(3, '"socket:[23015963]"='))).toMatchObject({ ...links, pids: [7] });
    expect(factsOf('./0 -> /dev/null', './3 -> socket:[23015963]')).toMatchObject(links);
    const stat = (fd: number, target: string) => [
      `  File: /proc/7/fd/${fd} -> ${target}`,
      '  Size: 64        	Blocks: 0          IO Block: 1024   symbolic link',
      'Device: 0,21	Inode: 23016319    Links: 1',
      'Access: (0500/lr-x------)  Uid: (    0/    root)   Gid: (    0/    root)',
      'Access: 2026-11-25 20:01:05.000000000 +0000',
      'Modify: 2026-11-25 20:01:05.000000000 +0000',
      'Change: 2026-11-25 20:01:05.000000000 +0000',
      ' Birth: -',
    ];
    expect(factsOf(...stat(0, '/dev/null'), ...stat(3, 'socket:[23015963]'))).toMatchObject({ ...links, pids: [7] });
  });

  it.each(['загалом', '总计', 'skupno', 'guztira', 'viso', 'усяго'])(
    'ls sums up as %s in another language',
    (total) => {
      expect(factsOf(`${total} 0`, 'lrwx------ 1 root root 64 лис 25 20:01 3 -> socket:[7]').sockets).toBe(1);
    },
  );

  it.each([
    ['tail prints from the folder', (fd: number) => [`==> ${fd} <==`, 'pos:\t0', 'flags:\t02', 'tty-index:\t0']],
    ['grep prints', (fd: number) => [`/proc/7/fdinfo/${fd}:pos:\t0`, `/proc/7/fdinfo/${fd}:flags:\t02`]],
  ])('takes the numbers of fdinfo from the names that %s', (_, toLines) => {
    const { parts, unrecognised } = read(...toLines(3), ...toLines(5));
    expect(unrecognised).toEqual([]);
    expect(parts).toMatchObject([{ content: { kind: 'fdinfo', infos: [{ fd: 3 }, { fd: 5 }] } }]);
  });

  it.each([
    ['busybox', 'core file size (blocks)         (-c) 0', 'open files                      (-n) 20000'],
    ['dash', 'process              96365', 'nofiles              20000', 'rtprio               0'],
  ])('ulimit -a of %s', (_, ...lines) => {
    expect(factsOf('time(seconds)        unlimited', ...lines)).toMatchObject({ limits: { soft: 20_000 } });
  });

  it('ss without Netid takes the protocol from its command, and UNCONN alone for no TCP', () => {
    const rows = ['State  Recv-Q Send-Q Local Address:Port', 'UNCONN 0      0            0.0.0.0:1         0.0.0.0:*'];
    const protocolOf = (...lines: readonly string[]) => {
      const { content } = read(...lines).parts[0]!;
      return content.kind === 'sockets' ? content.rows[0]!.protocol : undefined;
    };
    expect(protocolOf('$ ss -wanp', ...rows)).toBe('raw');
    expect(protocolOf('$ ss -uanp', ...rows)).toBe('udp');
    expect(protocolOf(...rows)).toBeNull();
  });

  it.each([
    [
      'fuser -v',
      '                     USER        PID ACCESS COMMAND',
      '/srv/app.log:        root      28683 F.... app',
    ],
    ['fuser', '8080/tcp:            28683', '/srv/app.log:        28683  28750c'],
  ])('refuses %s, which shows no descriptors', (_, ...lines) => {
    const { parts, unrecognised } = read(...lines);
    expect(unrecognised).toEqual([]);
    expect(parts).toMatchObject([{ tool: 'fuser', content: { kind: 'refused' } }]);
  });

  it.each([
    [
      'interfaces of netstat -i',
      'lo              65536 26658951      0   1919 0      26658951      0      0      0 LRU',
    ],
    ['a process of ps', '28683    3       07:08 16220 /usr/bin/python3 -B /srv/zoo /tmp/zoo'],
  ])('takes %s for no descriptor', (_, line) => {
    expect(read(line).parts).toEqual([]);
  });
});
