import { describe, expect, it } from 'vitest';
import { toPlaces } from '../../../src/core/place/groups.ts';
import { withPlaces } from '../../../src/core/place/places.ts';
import type { Descriptor } from '../../../src/core/model/descriptor.ts';
import { toInode } from '../../../src/core/model/inode.ts';
import {
  A_USE,
  aDescriptor,
  aListener,
  anOrphan,
  aPeerClosed,
  aSocket,
  aUnixSocket,
  HEALTHY_DESCRIPTORS,
  many,
} from '../../inspection-builder.ts';

const placesOf = (...descriptors: readonly Descriptor[]) => toPlaces(withPlaces([...descriptors]));

const named = (...descriptors: readonly Descriptor[]) =>
  placesOf(...descriptors).map(({ count, what, where }) => `${count} ${what} ${where}`);

const USE = { ...A_USE, sinceSentMs: 60_000, sinceAckMs: 60_000 };

describe('the places of a process', () => {
  it('name what the descriptors are and where they came from, suspects and the many first', () => {
    const client = { local: { address: '10.0.0.1', port: 40_001 }, remote: { address: '10.0.0.7', port: 6379 } };

    expect(
      named(
        ...HEALTHY_DESCRIPTORS,
        ...many(3, anOrphan, { fd: 100 }),
        ...many(4, aPeerClosed, { fd: 200 }),
        ...many(5, aSocket, { fd: 300, socket: client }),
      ),
    ).toEqual([
      '3 dead tcp accepted on :8080',
      '4 CLOSE_WAIT accepted on :8080',
      '5 established to 10.0.0.7:6379',
      '3 character-device /dev/null',
      '1 event loop null',
      '1 listening on [::]:8080',
      '1 established accepted on :8080',
    ]);
  });

  it('say how connections are used, as a span', () => {
    const sockets = [
      aSocket({ fd: 20, socket: { use: USE } }),
      aSocket({ fd: 21, socket: { use: { ...USE, sinceSentMs: 5, timer: 'keepalive', unreadBytes: 700 } } }),
    ];

    expect(placesOf(aListener(), ...sockets)[0]).toMatchObject({
      what: 'established',
      idleMs: { least: 5, most: 60_000 },
      unreadBytes: { least: 0, most: 700 },
      timerless: 1,
      attended: 2,
      objects: 2,
    });
  });

  it('count one file opened many times as one object', () => {
    const opened = Array.from({ length: 4 }, (_, index) => aDescriptor({ fd: 10 + index, target: '/etc/hostname' }));

    expect(placesOf(...opened)).toMatchObject([{ what: 'file', where: '/etc/hostname', count: 4, objects: 1 }]);
  });

  it('take an epoll set and what it wakes up by for one place', () => {
    const pair = (fd: number): Descriptor[] => [
      aDescriptor({ fd, kind: 'epoll', target: 'anon_inode:[eventpoll]', inode: null }),
      aDescriptor({ fd: fd + 1, kind: 'eventfd', target: 'anon_inode:[eventfd]', inode: null, watchedBy: [fd] }),
    ];
    const timer = aDescriptor({
      fd: 31,
      kind: 'timerfd',
      target: 'anon_inode:[timerfd]',
      inode: null,
      watchedBy: [30],
    });
    const [loop, waker] = pair(30);
    if (loop === undefined || waker === undefined) throw new Error('a pair has two');

    expect(named(...pair(10), ...pair(20), loop, timer)).toEqual([
      '4 epoll + eventfd each set watches only its own eventfd',
      '2 event loop null',
    ]);
  });

  it('take both ends of what an idle epoll set wakes up by into its place', () => {
    const epoll = (fd: number, differs: Partial<Descriptor> = {}) =>
      aDescriptor({ fd, kind: 'epoll', target: 'anon_inode:[eventpoll]', inode: null, ...differs });
    const pipe = (fd: number, end: 'read' | 'write', watchedBy: readonly number[]) =>
      aDescriptor({ fd, kind: 'pipe', target: 'pipe:[9]', object: { kind: 'pipe', end, otherEnds: null }, watchedBy });
    const half = (fd: number, inode: string, peerInode: string, watchedBy: readonly number[]) =>
      aUnixSocket(
        { path: null, peerInode: toInode(peerInode) },
        { fd, inode: toInode(inode), target: `socket:[${inode}]`, watchedBy },
      );

    expect(named(epoll(10), pipe(11, 'read', [10]), pipe(12, 'write', []))).toEqual([
      '3 epoll + pipe each set watches only its own pipe',
    ]);
    expect(named(epoll(10), half(11, '1', '2', [10]), half(12, '2', '1', []))).toEqual([
      '3 epoll + unix pair each set watches only its own pair',
    ]);
    // The other end is another process: it may be anything that is sent.
    expect(named(epoll(10), half(11, '1', '2', [10]))).toContain('1 event loop null');
  });

  it('count what an epoll set watches without the copies that dup(2) made', () => {
    const fds = [20, 21, 22, 23];
    const eventfd = (fd: number, sharedWith: readonly number[]) =>
      aDescriptor({ fd, kind: 'eventfd', target: 'anon_inode:[eventfd]', inode: null, watchedBy: [10], sharedWith });
    const copies = fds.map((fd) =>
      eventfd(
        fd,
        fds.filter((other) => other !== fd),
      ),
    );
    const loop = aDescriptor({ fd: 10, kind: 'epoll', target: 'anon_inode:[eventpoll]', inode: null });

    expect(named(loop, ...copies)).toEqual(['5 epoll + eventfd each set watches only its own eventfd']);
    expect(named(loop, ...fds.map((fd) => eventfd(fd, [])))).toEqual(['5 event loop null']);
  });

  it.each<{ why: string; descriptor: Descriptor; is: string }>([
    {
      why: 'a pidfd of an ended process',
      descriptor: aDescriptor({
        kind: 'pidfd',
        target: 'anon_inode:[pidfd]',
        object: { kind: 'process', pid: null, ended: true, isUnwaited: false },
      }),
      is: '1 pidfd of an ended process',
    },
    {
      why: 'a pidfd of a process that nobody waited for',
      descriptor: aDescriptor({
        kind: 'pidfd',
        target: 'anon_inode:[pidfd]',
        object: { kind: 'process', pid: 7, ended: false, isUnwaited: true },
      }),
      is: '1 pidfd of an ended process that was not waited for',
    },
    {
      why: 'a bpf map that is open once, without its number',
      descriptor: aDescriptor({
        kind: 'bpf',
        target: 'anon_inode:bpf-map',
        object: { kind: 'bpf', type: 'map', id: 17 },
      }),
      is: '1 bpf map null',
    },
    {
      why: 'a pipe that nobody can write to',
      descriptor: aDescriptor({
        kind: 'pipe',
        target: 'pipe:[8]',
        inode: toInode('8'),
        object: { kind: 'pipe', end: 'read', otherEnds: 0 },
      }),
      is: '1 pipe read end, no other end',
    },
    {
      why: 'a deleted log',
      descriptor: aDescriptor({ target: '/var/log/app-17.log (deleted)', deleted: true }),
      is: '1 deleted file /var/log/app-#.log',
    },
    {
      why: 'memory by its name',
      descriptor: aDescriptor({ kind: 'memfd', target: '/memfd:frame-7 (deleted)' }),
      is: '1 memfd frame-#',
    },
    { why: 'an unnamed unix datagram', descriptor: aUnixSocket({ type: 'dgram' }), is: '1 unix datagram unnamed' },
    {
      why: 'a v4-mapped peer',
      descriptor: aSocket({
        socket: {
          local: { address: '::ffff:10.0.0.1', port: 40_000 },
          remote: { address: '::ffff:10.0.0.7', port: 5432 },
        },
      }),
      is: '1 established to 10.0.0.7:5432',
    },
  ])('name $why', ({ descriptor, is }) => {
    expect(named(descriptor)).toEqual([is]);
  });
});
