import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../../src/core/model/descriptor.ts';
import { parseFdLink } from '../../../src/core/parse/proc-fd-link.ts';
import { fixture } from '../../lines.ts';

/** What says the number of its inode behind its name. */
const NUMBERED = {
  socket: ['socket'],
  pipe: ['pipe'],
  pidfd: ['pidfd'],
  namespace: ['net', 'uts', 'ipc', 'pid', 'pid_for_children', 'user', 'mnt', 'cgroup', 'time', 'time_for_children'],
  other: ['later', 'constructor'],
};

/** What says none. */
const NAMELESS = {
  epoll: ['anon_inode:[eventpoll]'],
  eventfd: ['anon_inode:[eventfd]'],
  timerfd: ['anon_inode:[timerfd]'],
  signalfd: ['anon_inode:[signalfd]'],
  inotify: ['anon_inode:inotify', 'anon_inode:[inotify]'],
  fanotify: ['anon_inode:[fanotify]'],
  pidfd: ['anon_inode:[pidfd]'],
  'io-uring': ['anon_inode:[io_uring]'],
  userfaultfd: ['anon_inode:[userfaultfd]'],
  'perf-event': ['anon_inode:[perf_event]'],
  bpf: ['anon_inode:bpf-map', 'anon_inode:bpf-prog', 'anon_inode:bpf_link', 'anon_inode:[bpf_link]', 'anon_inode:btf'],
  anon: [
    'anon_inode:[fscontext]',
    'anon_inode:kvm-vcpu:0',
    'anon_inode:[constructor]',
    'anon_inode:constructor',
    'anon_inode:',
    '/dmabuf:',
    '/secretmem (deleted)',
  ],
  memfd: ['/memfd:name (deleted)'],
  other: ['socket:[]', 'socket:[12', 'socket:[1x2]', 'socket:[12]\n', 'socket:[12]]', 'pipe:[8]\n', '', 'relative'],
};

describe('parseFdLink', () => {
  it.each(Object.entries(NAMELESS).flatMap(([kind, links]) => links.map((link) => [link, kind] as const)))(
    'reads %j as %s',
    (link, kind) => {
      expect(parseFdLink(link)).toEqual({ kind, inode: null, saysDeleted: false });
    },
  );

  it.each(Object.entries(NUMBERED).flatMap(([kind, names]) => names.map((name) => [name, kind] as const)))(
    'reads %s:[4026531833] as %s',
    (name, kind) => {
      expect(parseFdLink(`${name}:[4026531833]`)).toEqual({ kind, inode: '4026531833', saysDeleted: false });
    },
  );

  it.each([
    ['/dev/null', false],
    ['/var/log/app.log (deleted)', true],
    ['/tmp/a (deleted)b', false],
    ['/tmp/socket:[12]', false],
    ['/home/memfd:x', false],
    ['/', false],
    ['/tmp/\x1b[2J\n\xff', false],
    ['(unreachable)/tmp/x (deleted)', true],
  ])('leaves %j to stat', (link, saysDeleted) => {
    expect(parseFdLink(link)).toEqual({ kind: 'path', inode: null, saysDeleted });
  });

  it('tells the kinds of the 59 descriptors of the captured proxy apart', () => {
    const links = fixture('gshell/2-after-90s/proc-fd.txt')
      .split('\n')
      .flatMap((line) => line.split(' -> ').slice(1));
    const kinds = links.map((link) => parseFdLink(link).kind);
    const count = (kind: string): number => kinds.filter((found) => found === kind).length;

    expect(kinds).toHaveLength(59);
    expect({ socket: count('socket'), pipe: count('pipe'), path: count('path'), epoll: count('epoll') }).toEqual({
      socket: 50,
      pipe: 3,
      path: 5,
      epoll: 1,
    });
  });

  it('has an answer for any text', () => {
    const known = fc.constantFrom('socket:[', 'pipe:[', 'anon_inode:', '/memfd:', 'net:[', '/');
    fc.assert(
      fc.property(fc.option(known, { nil: '' }), fc.string({ unit: 'binary' }), (start, rest) => {
        const { kind, inode } = parseFdLink(start + rest);
        expect([...KINDS, 'path']).toContain(kind);
        expect(inode ?? '0').toMatch(/^\d+$/);
      }),
    );
  });

  it('reads back every inode of a socket', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (inode) => {
        expect(parseFdLink(`socket:[${inode}]`)).toEqual({ kind: 'socket', inode: `${inode}`, saysDeleted: false });
      }),
    );
  });
});
