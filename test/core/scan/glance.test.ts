import { describe, expect, it } from 'vitest';
import type { WalkRow } from '../../../src/core/model/walk.ts';
import { Glance } from '../../../src/core/scan/glance.ts';
import { aRow } from '../walk-row-builder.ts';
import { aWalkSocket } from '../walk-socket-builder.ts';

type Socket = NonNullable<Parameters<typeof aWalkSocket>[0]>;

const aSocket = (socket: Socket, differs: Partial<WalkRow> = {}): WalkRow =>
  aRow({
    isSocket: true,
    link: null,
    mode: 0o140777,
    isClosedTcp: socket.state === 'CLOSE',
    isWatched: true,
    socket: aWalkSocket(socket),
    ...differs,
  });
/** As the record of a socket that is none of TCP. */
const anOther = (family: number, protocol: number, differs: Partial<Socket> = {}): WalkRow => {
  const { socket, ...row } = aSocket({ family, protocol, state: 'CLOSE', ...differs });
  return { ...row, isClosedTcp: false, socket: socket === null ? null : { ...socket, tcp: null } };
};
const aListener = (waiting: number): Socket => ({ state: 'LISTEN', acceptQueue: { waiting, backlog: 128 } });
const UNIX = { peer: 7, peerIsHeld: true };

function glanceAt(...rows: readonly WalkRow[]): Glance {
  const glance = new Glance();
  for (const row of rows) glance.add(row);
  return glance;
}

const times = (count: number, row: WalkRow): WalkRow[] => Array.from({ length: count }, () => row);

describe('a process in which nothing can be accused by one look', () => {
  it('has its descriptors counted by verdict', () => {
    const rows = [
      ...times(7, aSocket({ state: 'ESTABLISHED' })),
      aSocket(aListener(0)),
      anOther(2, 17),
      anOther(1, 0, { type: 2, unix: { peer: null, peerIsHeld: false } }),
      anOther(1, 0, { state: 'ESTABLISHED', unix: UNIX }),
      aRow({ link: 'anon_inode:[eventpoll]', mode: 0o600 }),
      aRow(),
    ];
    expect(glanceAt(...rows).plain).toEqual({ established: 7, listening: 1, datagram: 2, 'in-use': 3 });
  });

  it.each<[string, readonly WalkRow[]]>([
    ['99 files', times(99, aRow())],
    ['7 read ends that none can write to', times(7, aPipe(0, { readers: 7, writers: 0 }))],
    ['a terminal', [aRow({ link: '/dev/ptmx', mode: 0o020666 })]],
    ['2 namespaces', times(2, aRow({ link: 'net:[4026531840]', mode: 0o100444 }))],
    ['7 deleted files', times(7, aRow({ links: 0, link: '/tmp/a (deleted)' }))],
    ['files that only say that they are deleted', times(9, aRow({ link: '/tmp/a (deleted)' }))],
  ])('is one with %s', (_what, rows) => {
    expect(glanceAt(...rows).plain).toEqual({ 'in-use': rows.length });
  });
});

describe('a process that deserves a look', () => {
  it.each<[string, readonly WalkRow[]]>([
    ['100 files', times(100, aRow())],
    ['8 connections', times(8, aSocket({ state: 'ESTABLISHED' }))],
    ['data that waits to be read', [aSocket({ state: 'ESTABLISHED', tcp: { unreadBytes: 1 } })]],
    ['a peer that has closed', [aSocket({ state: 'CLOSE_WAIT' })]],
    ['a connect(2) that failed', [aSocket({ state: 'CLOSE', tcp: { receiveSpace: 0 } })]],
    ['a client that waits to be accepted', [aSocket(aListener(1))]],
    ['a listener that no epoll set watches', [aSocket(aListener(0), { isWatched: false })]],
    ['a unix peer that is gone', [anOther(1, 0, { state: 'ESTABLISHED', unix: { peer: 7, peerIsHeld: false } })]],
    ['MPTCP, whose state is elsewhere', [anOther(2, 262, { state: 'ESTABLISHED' })]],
    ['netlink', [anOther(16, 0)]],
    ['8 read ends that none can write to', times(8, aPipe(0, { readers: 8, writers: 0 }))],
    ['8 write ends that none reads from', times(8, aPipe(1, { readers: 0, writers: 8 }))],
    ['8 pidfds', times(8, aRow({ link: 'anon_inode:[pidfd]', mode: 0o600 }))],
    ['8 files of /proc', times(8, aRow({ link: '/proc/7/stat', mode: 0o100444 }))],
    ['8 deleted files', times(8, aRow({ links: 0, link: '/tmp/a (deleted)' }))],
    ['2 terminals', times(2, aRow({ link: '/dev/pts/ptmx', mode: 0o020666 }))],
    ['3 namespaces', times(3, aRow({ link: 'net:[4026531840]', mode: 0o100444 }))],
    ['a path that is too long', [aRow({ link: null })]],
    ['a thread with a table of its own', [aRow(), aRow({ tid: 43 })]],
  ])('is one with %s', (_what, rows) => {
    expect(glanceAt(...rows).plain).toBeNull();
  });

  it.each<[string, readonly WalkRow[]]>([
    ['files', times(100, aRow())],
    ['connections', times(8, aSocket({ state: 'ESTABLISHED' }))],
    ['data that waits to be read', [aSocket({ state: 'ESTABLISHED', tcp: { unreadBytes: 1 } })]],
    ['netlink', [anOther(16, 0)]],
    ['a path that is too long', [aRow({ link: null })]],
  ])('is none where it is small, for %s alone', (_what, rows) => {
    expect(glanceAt(...rows).hasSign).toBe(false);
  });

  it.each<[string, readonly WalkRow[]]>([
    ['a dead connection', [aSocket({ state: 'CLOSE' })]],
    ['a peer that has closed', [aSocket({ state: 'CLOSE_WAIT' })]],
    ['a listener that no epoll set watches', [aSocket(aListener(0), { isWatched: false })]],
    ['2 terminals', times(2, aRow({ link: '/dev/ptmx', mode: 0o020666 }))],
    ['8 pidfds', times(8, aRow({ link: 'anon_inode:[pidfd]', mode: 0o600 }))],
    ['a thread with a table of its own', [aRow({ tid: 43 })]],
  ])('is one however small, for %s', (_what, rows) => {
    expect(glanceAt(...rows).hasSign).toBe(true);
  });

  it('is told to hold dead connections only where they once were connected', () => {
    expect(glanceAt(...times(3, aSocket({ state: 'CLOSE' }))).dead).toBeGreaterThan(0);
    expect(glanceAt(aSocket({ state: 'CLOSE', tcp: { receiveSpace: 0 } })).dead).toBe(0);
    expect(glanceAt(aSocket({ state: 'CLOSE_WAIT' })).dead).toBe(0);
  });
});

function aPipe(flags: number, pipe: NonNullable<WalkRow['pipe']>): WalkRow {
  return aRow({ link: 'pipe:[8]', mode: 0o010600, flags, pipe });
}

it('tells whether every socket of a process is of the network namespace that it lives in', () => {
  const home = aSocket({ state: 'ESTABLISHED', netns: '1' }, { netns: '1' });
  expect(glanceAt(aRow({ netns: '1' }), home).isAtHome).toBe(true);
  expect(glanceAt(home, aSocket({ state: 'ESTABLISHED', netns: '2' }, { netns: '1' })).isAtHome).toBe(false);
});
