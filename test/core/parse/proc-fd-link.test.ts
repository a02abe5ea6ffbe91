import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../../src/core/model/descriptor.ts';
import { parseFdLink } from '../../../src/core/parse/proc-fd-link.ts';
import { fixture } from '../../lines.ts';

describe('parseFdLink', () => {
  it.each([
    ['socket:[3126838341]', 'socket', '3126838341'],
    ['pipe:[8]', 'pipe', '8'],
    ['pidfd:[7835]', 'pidfd', '7835'],
    ['net:[4026531833]', 'namespace', '4026531833'],
    ['uts:[1]', 'namespace', '1'],
    ['ipc:[1]', 'namespace', '1'],
    ['pid:[1]', 'namespace', '1'],
    ['pid_for_children:[1]', 'namespace', '1'],
    ['user:[1]', 'namespace', '1'],
    ['mnt:[1]', 'namespace', '1'],
    ['cgroup:[1]', 'namespace', '1'],
    ['time:[1]', 'namespace', '1'],
    ['time_for_children:[1]', 'namespace', '1'],
    ['anon_inode:[eventpoll]', 'epoll', null],
    ['anon_inode:[eventfd]', 'eventfd', null],
    ['anon_inode:[timerfd]', 'timerfd', null],
    ['anon_inode:[signalfd]', 'signalfd', null],
    ['anon_inode:inotify', 'inotify', null],
    ['anon_inode:[inotify]', 'inotify', null],
    ['anon_inode:[fanotify]', 'fanotify', null],
    ['anon_inode:[pidfd]', 'pidfd', null],
    ['anon_inode:[io_uring]', 'io-uring', null],
    ['anon_inode:[userfaultfd]', 'userfaultfd', null],
    ['anon_inode:[perf_event]', 'perf-event', null],
    ['anon_inode:bpf-map', 'bpf', null],
    ['anon_inode:bpf-prog', 'bpf', null],
    ['anon_inode:bpf_link', 'bpf', null],
    ['anon_inode:[bpf_link]', 'bpf', null],
    ['anon_inode:btf', 'bpf', null],
    ['anon_inode:[fscontext]', 'anon', null],
    ['anon_inode:kvm-vcpu:0', 'anon', null],
    ['anon_inode:[constructor]', 'anon', null],
    ['anon_inode:constructor', 'anon', null],
    ['anon_inode:', 'anon', null],
    ['/memfd:name (deleted)', 'memfd', null],
    ['/dmabuf:', 'anon', null],
    ['/secretmem (deleted)', 'anon', null],
    ['later:[12]', 'other', '12'],
    ['constructor:[12]', 'other', '12'],
    ['socket:[]', 'other', null],
    ['socket:[12', 'other', null],
    ['socket:[1x2]', 'other', null],
    ['socket:[12]\n', 'other', null],
    ['socket:[12]]', 'other', null],
    ['pipe:[8]\n', 'other', null],
    ['', 'other', null],
    ['relative', 'other', null],
  ])('reads %j as %s', (link, kind, inode) => {
    expect(parseFdLink(link)).toEqual({ kind, inode, saysDeleted: false });
  });

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
