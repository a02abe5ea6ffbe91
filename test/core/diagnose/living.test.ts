import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/core/diagnose/index.ts';
import type { Descriptor } from '../../../src/core/model/descriptor.ts';
import { toInode } from '../../../src/core/model/inode.ts';
import type { DescriptorObject } from '../../../src/core/model/object.ts';
import type { Sharer } from '../../../src/core/model/sharer.ts';
import type { TcpUse } from '../../../src/core/model/socket.ts';
import {
  aCase,
  aDescriptor,
  aListener,
  aSocket,
  aUnixSocket,
  type InspectionDiffers,
} from '../../inspection-builder.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const times = (count: number, make: (at: number) => Descriptor): Descriptor[] =>
  Array.from({ length: count }, (_, at) => make(at));

const found = (descriptors: readonly Descriptor[], differs: InspectionDiffers = {}) =>
  diagnose(aCase({ limits: { soft: 20_000, hard: 20_000 }, ...differs, descriptors })).map(
    ({ id, severity, count }) => `${severity} ${id} ${count}`,
  );

const anObject = (fd: number, object: DescriptorObject, differs: Partial<Descriptor> = {}): Descriptor =>
  aDescriptor({ fd, object, inode: null, ...differs });

const USE: TcpUse = {
  sinceReceivedMs: 3 * HOUR,
  sinceSentMs: 3 * HOUR,
  sinceAckMs: 3 * HOUR,
  bytesReceived: 100,
  bytesSent: 100,
  timer: 'none',
  retries: 0,
  unreadBytes: 0,
  unsentBytes: 0,
};

describe('one object opened many times', () => {
  const opens = (count: number, differs: Partial<Descriptor> = {}): Descriptor[] =>
    times(count, (at) => aDescriptor({ fd: 10 + at, target: '/etc/hostname', ...differs }));

  it('is a suspect from 500, or from 100 that are half of the limit', () => {
    expect(found(opens(500))).toEqual(['warning opened-many-times 500']);
    expect(found(opens(499))).toEqual([]);
    expect(found(opens(100), { limits: { soft: 200, hard: 200 } })).toEqual(['warning opened-many-times 100']);
    expect(found(opens(100), { limits: { soft: 201, hard: 201 } })).toEqual([]);
  });

  it('is no suspect where as many clients download it', () => {
    const client = (at: number): Descriptor =>
      aSocket({ fd: 1000 + at, socket: { use: { ...USE, unsentBytes: 65_536 } } });
    expect(found([...opens(600), aListener(), ...times(600, client)])).toEqual([]);
    expect(found([...opens(600), aListener(), ...times(60, client)])).toEqual(['warning opened-many-times 600']);
  });

  it('counts duplicates of one open once', () => {
    expect(found(opens(600, { sharedWith: [10] }))).not.toContainEqual(expect.stringContaining('opened-many-times'));
  });

  it('is no suspect as a device', () => {
    expect(found(opens(900, { kind: 'character-device', target: '/dev/null' }))).toEqual([]);
  });

  it('is one from 8 as a bpf object of one id', () => {
    const maps = (count: number): Descriptor[] =>
      times(count, (at) => anObject(10 + at, { kind: 'bpf', type: 'map', id: 17 }, { kind: 'bpf' }));

    expect(found(maps(8))).toEqual(['warning opened-many-times 8']);
    expect(found(maps(7))).toEqual([]);
  });
});

describe('one open file copied by dup(2)', () => {
  const copies = (count: number, differs: Partial<Descriptor> = {}, from = 10): Descriptor[] =>
    times(count, (at) => aDescriptor({ fd: from + at, sharedWith: at === 0 ? [from + 1] : [from], ...differs }));
  const withThreads = (threads: number | null) => ({ process: { threads } });

  it('is a suspect from 100 that are more than two for each thread', () => {
    expect(found(copies(100), withThreads(1))).toEqual(['warning duplicated-many-times 100']);
    expect(found(copies(99), withThreads(1))).toEqual([]);
    expect(found(copies(128), withThreads(64))).toEqual([]);
    expect(found(copies(129), withThreads(64))).toEqual(['warning duplicated-many-times 129']);
  });

  it('is one from 500 where the threads are not known', () => {
    expect(found(copies(499), withThreads(null))).toEqual([]);
    expect(found(copies(500), withThreads(null))).toEqual(['warning duplicated-many-times 500']);
  });

  it('counts each open file by itself', () => {
    expect(found([...copies(60), ...copies(60, {}, 1000)], withThreads(1))).toEqual([]);
  });

  it('is none where nobody could tell copies from opens', () => {
    expect(found(copies(400, { sharedWith: null }), withThreads(1))).toEqual([]);
  });
});

describe('what nobody is at the other end of', () => {
  const pipes = (count: number, otherEnds: number | null): Descriptor[] =>
    times(count, (at) => anObject(3 + at, { kind: 'pipe', end: 'read', otherEnds }, { kind: 'pipe' }));

  it.each([
    { why: '8 pipes without a writer', descriptors: pipes(8, 0), is: ['warning pipes-without-end 8'] },
    { why: '7 of them', descriptors: pipes(7, 0), is: [] },
    { why: 'pipes with one', descriptors: pipes(40, 1), is: [] },
    { why: 'pipes of which it is not known', descriptors: pipes(40, null), is: [] },
  ])('says of $why: $is', ({ descriptors, is }) => {
    expect(found(descriptors)).toEqual(is);
  });

  it('leaves out standard input, output and error', () => {
    const standard = times(3, (fd) => anObject(fd, { kind: 'pipe', end: 'read', otherEnds: 0 }, { kind: 'pipe' }));

    expect(found([...standard, ...pipes(7, 0).map((one) => Object.assign(one, { fd: one.fd + 10 }))])).toEqual([]);
  });

  it.each([
    { ended: true, count: 8, is: ['warning ended-processes-held 8'] },
    { ended: true, count: 7, is: [] },
    { ended: false, count: 40, is: [] },
    { ended: null, count: 40, is: [] },
    // Whoever waits for one child after the other has the others like that.
    { ended: false, isUnwaited: true, count: 40, is: [] },
  ])('says of $count pidfds, ended $ended: $is', ({ ended, isUnwaited = false, count, is }) => {
    const pidfds = times(count, (at) =>
      anObject(10 + at, { kind: 'process', pid: 7, ended, isUnwaited }, { kind: 'pidfd' }),
    );

    expect(found(pidfds)).toEqual(is);
  });

  it('suspects unix sockets whose peers are gone from 8, so never the one or two of a JVM', () => {
    const alone = (count: number): Descriptor[] =>
      times(count, (at) => {
        const { verdict, ...socket } = aUnixSocket({}, { fd: 20 + at });
        return { ...socket, verdict: { ...verdict, is: 'peer-gone', leak: 'suspect' } };
      });

    expect(found(alone(8))).toEqual(['warning unix-peers-gone 8']);
    expect(found(alone(2))).toEqual([]);
  });

  it('suspects empty namespaces from 3, but not of a container runtime', () => {
    const empty = times(3, (at) =>
      anObject(10 + at, { kind: 'namespace', type: 'net', own: false, inhabited: false }, { kind: 'namespace' }),
    );

    expect(found(empty)).toEqual(['warning namespaces-held 3']);
    expect(found(empty.slice(1))).toEqual([]);
    expect(found(empty, { process: { comm: 'containerd-shim' } })).toEqual([]);
  });
});

describe('live connections', () => {
  const CLIENT = { local: { address: '10.0.0.1', port: 40_001 }, remote: { address: '10.0.0.7', port: 443 } };

  const accepted = (count: number, use: Partial<TcpUse>, from = 100): Descriptor[] =>
    times(count, (at) => aSocket({ fd: from + at, socket: { use: { ...USE, ...use } } }));

  const unread = (count: number, use: Partial<TcpUse> = {}, differs: Partial<Descriptor> = {}): Descriptor[] =>
    times(count, (at) =>
      aSocket({
        fd: 100 + at,
        socket: { ...CLIENT, use: { ...USE, unreadBytes: 900, ...use } },
        descriptor: { watchedBy: [], waitedOnBy: [], ...differs },
      }),
    );

  it.each([
    { why: '8 with unread data that nothing waits for', sockets: unread(8), is: ['warning unread-data 8'] },
    { why: '7 of them', sockets: unread(7), is: [] },
    { why: 'those that got some a minute ago', sockets: unread(20, { sinceReceivedMs: MINUTE }), is: [] },
    { why: 'those that an epoll set watches', sockets: unread(20, {}, { watchedBy: [4] }), is: [] },
    { why: 'those that a thread reads', sockets: unread(20, {}, { waitedOnBy: [7] }), is: [] },
    { why: 'those of which that is not known', sockets: unread(20, {}, { waitedOnBy: null }), is: [] },
    {
      why: 'those beside a slow reader',
      sockets: [...unread(20), aSocket({ fd: 90, socket: { use: { ...USE, unsentBytes: 1 } } })],
      is: [],
    },
  ])('$why: $is', ({ sockets, is }) => {
    expect(found(sockets)).toEqual(is);
  });

  const mute = { bytesReceived: 0, bytesSent: 0, sinceReceivedMs: 10 * MINUTE, sinceSentMs: 10 * MINUTE } as const;

  it.each([
    { why: '8 mute ones', sockets: accepted(8, mute), is: ['warning mute-connections 8'] },
    { why: '7 mute ones', sockets: accepted(7, mute), is: [] },
    { why: 'mute ones with keepalive', sockets: accepted(20, { ...mute, timer: 'keepalive' }), is: [] },
    { why: 'mute ones of 9 min', sockets: accepted(20, { ...mute, sinceReceivedMs: 9 * MINUTE }), is: [] },
    { why: 'silent ones, where nobody speaks', sockets: accepted(20, {}), is: [] },
    {
      why: 'silent ones beside one that spoke',
      sockets: [...accepted(8, {}), ...accepted(1, { sinceSentMs: MINUTE }, 90)],
      is: ['warning silent-connections 8'],
    },
    {
      why: 'those that do not answer',
      sockets: accepted(8, { timer: 'retransmission', retries: 5, unsentBytes: 9 }),
      is: ['warning unanswered-connections 8'],
    },
    {
      why: 'those that are full',
      sockets: accepted(20, { timer: 'zero-window-probe', retries: 9, unsentBytes: 9 }),
      is: [],
    },
  ])('accepted, $why: $is', ({ sockets, is }) => {
    expect(found([aListener(), ...sockets])).toEqual(is);
  });

  it('are not mute where a process of this host is at the other end', () => {
    const otherEnd = { pid: 7, comm: 'client', fd: 3 };
    const sockets = accepted(20, mute).map((one) => Object.assign(one, { otherEnd }));

    expect(found([aListener(), ...sockets])).toEqual([]);
  });
});

describe('listeners', () => {
  const queue = (
    fd: number,
    waiting: number,
    differs: Partial<Descriptor> = {},
    isSteady: boolean | null = true,
  ): Descriptor =>
    aListener({
      fd,
      socket: { acceptQueue: { waiting, backlog: 511, isSteady } },
      descriptor: { watchedBy: [], waitedOnBy: [], ...differs },
    });

  it('are no suspects by one reading of their queues: clients may have come this moment', () => {
    expect(found([queue(3, 5, {}, null), queue(5, 0)])).toEqual(['info clients-waiting 5']);
  });

  it('that nobody accepts from are suspects beside one that somebody does', () => {
    expect(found([queue(3, 5), queue(4, 6), queue(5, 0)])).toEqual([
      'warning listeners-unattended 2',
      'info clients-waiting 11',
    ]);
  });

  it('with clients and no other of their port are only told', () => {
    expect(found([queue(3, 5)])).toEqual(['info clients-waiting 5']);
  });

  it('of other workers, whose queues are empty, are nothing', () => {
    expect(found([queue(3, 0), queue(4, 0), queue(5, 0, { watchedBy: [9] })])).toEqual([]);
  });
});

it('a lock that another program took is inherited, with the listener beside it; one of a living parent is not', () => {
  const file = { kind: 'file', mount: '/', fileSystem: 'ext4', locks: 1, lockedBy: 7 } as const;
  const lock = (isLockForeign: boolean): Descriptor =>
    aDescriptor({ fd: 4, target: '/run/app.pid', object: { ...file, isLockForeign } });
  const listener = aListener({ fd: 3, descriptor: { watchedBy: [], waitedOnBy: [] } });

  expect(found([listener, lock(true)])).toEqual(['warning inherited-descriptors 2']);
  expect(found([listener, lock(false)])).toEqual([]);
  // As a script that has called flock(1).
  expect(found([lock(true)])).toEqual(['info inherited-descriptors 1']);
  const other = aDescriptor({ fd: 5, target: '/run/b.pid', object: { ...file, lockedBy: 8, isLockForeign: true } });
  expect(diagnose(aCase({ descriptors: [lock(true), other] }))[0]).toMatchObject({
    title: 'It holds locks /run/app.pid, /run/b.pid, taken by processes 7, 8, which are gone or another program',
    facts: [{ pid: 7 }, { pid: 8 }],
  });
});

it('descriptors in flight and old workers are information', () => {
  const flying = aUnixSocket({}, { fd: 4, inode: toInode('9'), inFlight: 40 });

  expect(found([flying])).toEqual(['info descriptors-in-flight 40']);
  expect(found([aSocket()], { process: { cmdline: ['nginx: worker process is shutting down'] } })).toEqual([
    'info old-workers 1',
  ]);
});

describe('connections of the parent', () => {
  const shared = (count: number, parent: Partial<Sharer> = {}, differs: Partial<Descriptor> = {}): Descriptor[] =>
    times(count, (at) => {
      const sharer = { pid: 77, comm: 'app', fd: at, relation: 'parent', isOtherProgram: true, ...parent } as const;
      return aSocket({ fd: at + 3, descriptor: { alsoHeldBy: [sharer], watchedBy: [], waitedOnBy: [], ...differs } });
    });

  it('that nothing waits on are suspects in another program, and information in the same', () => {
    expect(found(shared(8))).toEqual(['warning inherited-sockets 8']);
    expect(found(shared(8, { isOtherProgram: false }))).toEqual(['info inherited-sockets 8']);
    expect(found(shared(8, { isOtherProgram: null }))).toEqual(['info inherited-sockets 8']);
  });

  it.each([
    { why: 'few', sockets: shared(7) },
    { why: 'those that a child has', sockets: shared(20, { relation: 'child' }) },
    { why: 'those that init hands on', sockets: shared(20, { pid: 1 }) },
    { why: 'those that an epoll set watches', sockets: shared(20, {}, { watchedBy: [9] }) },
    { why: 'those of which it is not known who waits', sockets: shared(20, {}, { waitedOnBy: null }) },
  ])('are nothing where they are $why', ({ sockets }) => {
    expect(found(sockets)).toEqual([]);
  });
});

describe('terminals', () => {
  const master = (fd: number, inUse: boolean | null, hungUp: boolean | null = null): Descriptor =>
    aDescriptor({
      fd,
      kind: 'character-device',
      target: '/dev/ptmx',
      object: { kind: 'terminal', index: fd, inUse, hungUp },
    });
  const masters = (count: number, inUse: boolean | null, hungUp: boolean | null = null) =>
    times(count, (at) => master(at, inUse, hungUp));

  it('that were hung up at two looks are suspects where there are two', () => {
    expect(found(masters(2, false, true))).toEqual(['warning terminals-without-session 2']);
    expect(found(masters(1, false, true))).toEqual([]);
  });

  it('whose other side was never opened wait for their session', () => {
    expect(found(masters(9, false, false))).toEqual([]);
  });

  it('are suspects where there are three without a session, and unknown where nobody could look', () => {
    expect(found(masters(3, false))).toEqual(['warning terminals-without-session 3']);
    expect(found([...masters(2, false), master(9, true)])).toEqual([]);
    expect(found(masters(3, null))).toEqual([]);
  });
});
