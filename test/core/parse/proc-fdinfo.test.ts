import { readdirSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFdinfo } from '../../../src/core/parse/proc-fdinfo.ts';
import { fixture, proc } from '../../lines.ts';

/** What every descriptor prints, as Linux 6.18 does, and lines of its kind. */
const fdinfo = ({ pos = '0', flags = '02004002', mntId = '10', ino = '164054' } = {}, ...more: readonly string[]) =>
  [`pos:\t${pos}`, `flags:\t${flags}`, `mnt_id:\t${mntId}`, `ino:\t${ino}`, ...more, ''].join('\n');

const NOTHING = {
  pos: null,
  flags: null,
  mntId: null,
  inode: null,
  epollTargets: [],
  scmFds: null,
  eventfd: null,
  timerfd: null,
  inotifyWatches: null,
  fanotifyMarks: null,
  ioUringUserFiles: null,
  pidfdPid: null,
  bpf: null,
  ttyIndex: null,
  interfaceName: null,
  locks: 0,
  lockedBy: null,
  faults: [],
};
const PLAIN = { ...NOTHING, pos: 0, flags: ['rdwr', 'nonblock', 'cloexec'], mntId: 10, inode: '164054' };

describe('parseFdinfo', () => {
  it('reads what every descriptor has', () => {
    expect(parseFdinfo(fdinfo())).toEqual(PLAIN);
  });

  it('knows nothing from an empty text', () => {
    expect(parseFdinfo('')).toEqual(NOTHING);
  });

  it.each([
    { kind: 'a unix socket with descriptors in flight', lines: ['scm_fds: 3'], is: { scmFds: 3 } },
    {
      kind: 'an eventfd',
      lines: ['eventfd-count:               1f', 'eventfd-id: 4', 'eventfd-semaphore: 0'],
      is: { eventfd: { count: 31, id: 4 } },
    },
    {
      kind: 'an eventfd before Linux 5.2',
      lines: ['eventfd-count:                0'],
      is: { eventfd: { count: 0, id: null } },
    },
    {
      kind: 'a timerfd',
      lines: ['clockid: 1', 'ticks: 2', 'settime flags: 00', 'it_value: (1, 500000000)', 'it_interval: (60, 0)'],
      is: { timerfd: { clockId: 1, ticks: 2, remainingMs: 1500, intervalMs: 60_000 } },
    },
    {
      kind: 'an inotify with two watches',
      lines: [
        'inotify wd:2 ino:3f7e8 sdev:fe00000 mask:2 ignored_mask:0 fhandle-bytes:8 fhandle-type:1 f_handle:e8f7030000000000',
        'inotify wd:1 ino:3f7e9 sdev:fe00000 mask:2 ignored_mask:0 fhandle-bytes:8 fhandle-type:1 f_handle:e9f7030000000000',
      ],
      is: { inotifyWatches: 2 },
    },
    {
      kind: 'a fanotify group with a mark',
      lines: [
        'fanotify flags:0 event-flags:8000',
        'fanotify ino:3f7e8 sdev:fe00000 mflags:0 mask:2 ignored_mask:0 fhandle-bytes:8 fhandle-type:1 f_handle:e8f7',
      ],
      is: { fanotifyMarks: 1 },
    },
    { kind: 'a fanotify group without marks', lines: ['fanotify flags:0 event-flags:8000'], is: { fanotifyMarks: 0 } },
    {
      kind: 'an io_uring with two files in four slots',
      lines: [
        'CqMask:\t0xf',
        'UserFiles:\t4',
        '    0: /dev/null',
        '    2: /tmp/x',
        'UserBufs:\t1',
        '    0: 0x7f/4096',
        'PollList:',
      ],
      is: { ioUringUserFiles: 2 },
    },
    {
      kind: 'an io_uring of a kernel that prints empty slots',
      lines: ['UserFiles:\t2', '    0: <none>', '    1: socket:[12]'],
      is: { ioUringUserFiles: 1 },
    },
    { kind: 'an io_uring without files', lines: ['UserFiles:\t0', 'UserBufs:\t0'], is: { ioUringUserFiles: 0 } },
    {
      kind: 'an io_uring too busy to list its files',
      lines: ['UserFiles:\t4', 'UserBufs:\t0'],
      is: { ioUringUserFiles: null },
    },
    { kind: 'a bpf map', lines: ['map_type:\t2', 'map_id:\t1200'], is: { bpf: { type: 'map', id: 1200 } } },
    { kind: 'a bpf program', lines: ['prog_type:\t1', 'prog_id:\t653'], is: { bpf: { type: 'prog', id: 653 } } },
    {
      kind: 'a bpf link, which names its program too',
      lines: ['link_type:\ttracing', 'link_id:\t7', 'prog_tag:\t59f4a931744dcdc6', 'prog_id:\t653'],
      is: { bpf: { type: 'link', id: 7 } },
    },
    { kind: 'the master side of a terminal', lines: ['tty-index:\t3'], is: { ttyIndex: 3 } },
    { kind: 'a tunnel', lines: ['iff:\ttun0'], is: { interfaceName: 'tun0' } },
    { kind: 'a tunnel without an interface', lines: ['iff:\t'], is: { interfaceName: '' } },
    {
      kind: 'a locked file',
      lines: ['lock:\t1: FLOCK  ADVISORY  WRITE 4242 00:1f:7 0 EOF'],
      is: { locks: 1, lockedBy: 4242 },
    },
    { kind: 'a pidfd', lines: ['Pid:\t7834', 'NSpid:\t7834'], is: { pidfdPid: 7834 } },
    { kind: 'a pidfd of a process that has been reaped', lines: ['Pid:\t-1', 'NSpid:\t-1'], is: { pidfdPid: -1 } },
    {
      kind: 'a kind nobody has told us of',
      lines: ['pending:\t0', 'API:\taa:0:80000000000001ff', 'drm-driver:\tx'],
      is: {},
    },
  ])('reads $kind', ({ lines, is }) => {
    expect(parseFdinfo(fdinfo({}, ...lines))).toEqual({ ...PLAIN, ...is });
  });

  it('reads what an epoll set watches', () => {
    const targets = [
      'tfd:        5 events:       19 data:                5  pos:0 ino:18d9e sdev:f',
      'tfd:       11 events: 80002019 data: ffffffffffffffff  pos:-1 ino:ffffffffffffffff sdev:fe00000',
      'tfd:        7 events:        1 data:                7',
    ];
    expect(parseFdinfo(fdinfo({}, ...targets)).epollTargets).toEqual([
      { fd: 5, events: 0x19, inode: '101790', device: 15 },
      { fd: 11, events: 0x8000_2019, inode: '18446744073709551615', device: 0xfe0_0000 },
      { fd: 7, events: 1, inode: null, device: null },
    ]);
  });

  it('reads back the inode of every watched descriptor', () => {
    fc.assert(
      fc.property(fc.nat(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (fd, inode) => {
        const line = `tfd: ${`${fd}`.padStart(8)} events:       19 data:                5  pos:0 ino:${inode.toString(16)} sdev:f`;
        expect(parseFdinfo(fdinfo({}, line)).epollTargets).toEqual([
          { fd, events: 0x19, inode: `${inode}`, device: 15 },
        ]);
      }),
    );
  });

  it.each([
    { flags: '00', names: ['rdonly'] },
    { flags: '0100001', names: ['wronly'] },
    { flags: '02102001', names: ['wronly', 'append', 'cloexec'] },
    { flags: '012000000', names: ['cloexec', 'path'] },
    { flags: '0200000', names: ['rdonly', 'directory'] },
    { flags: '020200002', names: ['rdwr', 'tmpfile'] },
    { flags: '04010002', names: ['rdwr', 'sync'] },
    { flags: '010002', names: ['rdwr', 'dsync'] },
    { flags: '01460000', names: ['rdonly', 'async', 'noatime', 'direct', 'nofollow'] },
  ])('names the open flags $flags', ({ flags, names }) => {
    expect(parseFdinfo(fdinfo({ flags })).flags).toEqual(names);
  });

  it('knows that arm64 has other bits for direct, directory and nofollow', () => {
    expect(parseFdinfo(fdinfo({ flags: '0340000' }), 'arm64').flags).toEqual([
      'rdonly',
      'directory',
      'direct',
      'nofollow',
    ]);
    expect(parseFdinfo(fdinfo({ flags: '0400000' }), 'arm64').flags).toEqual(['rdonly']);
  });

  it.each([
    { why: 'a position in words', text: fdinfo({ pos: 'x' }), line: 1, field: 'pos', found: 'x' },
    { why: 'flags that are no octal', text: fdinfo({ flags: '09' }), line: 2, field: 'flags', found: '09' },
    { why: 'a negative inode', text: fdinfo({ ino: '-1' }), line: 4, field: 'ino', found: '-1' },
    { why: 'an epoll target without events', text: fdinfo({}, 'tfd: 5'), line: 5, field: 'tfd', found: '5' },
    {
      why: 'a time without parentheses',
      text: fdinfo({}, 'clockid: 1', 'it_value: 1'),
      line: 6,
      field: 'it_value',
      found: '1',
    },
  ])('reports $why and reads the rest', ({ text, line, field, found }) => {
    const { faults, mntId } = parseFdinfo(text);

    expect(faults).toEqual([{ source: 'proc-fdinfo', line, field, found }]);
    expect(mntId).toBe(10);
  });

  it('reads every descriptor of the captured proxy', () => {
    const texts = fixture('gshell/2-after-90s/proc-fdinfo.txt')
      .split(/^== \d+\n/m)
      .slice(1);
    const infos = texts.map((text) => parseFdinfo(text));

    expect(infos).toHaveLength(59);
    expect(infos.flatMap(({ faults }) => faults)).toEqual([]);
    expect(infos.flatMap(({ epollTargets }) => epollTargets)).toHaveLength(51);
  });

  it('never throws, and finds in each line at most one fault', () => {
    const key = fc.constantFrom('pos:', 'flags:', 'tfd:', 'eventfd-count:', 'UserFiles:', 'clockid:', 'it_value:', '');
    const line = fc.tuple(key, fc.string({ unit: 'binary', maxLength: 40 })).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join('\n');
        const faultLines = parseFdinfo(text).faults.map(({ line }) => line);
        expect(new Set(faultLines).size).toBe(faultLines.length);
        expect(Math.max(0, ...faultLines)).toBeLessThanOrEqual(text.split('\n').length);
      }),
    );
  });

  it('reads every descriptor of this process as this kernel prints it', () => {
    const infos = readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return [parseFdinfo(proc(`self/fdinfo/${fd}`))];
      } catch {
        return []; // the descriptor of the folder itself
      }
    });

    expect(infos.flatMap(({ faults }) => faults)).toEqual([]);
    expect(infos.flatMap(({ epollTargets }) => epollTargets)).not.toEqual([]);
  });
});
