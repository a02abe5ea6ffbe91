import { expect, it } from 'vitest';
import { groupSuspects } from '../../../src/core/history/group-suspects.ts';
import { LifeTracker } from '../../../src/core/history/life-tracker.ts';
import type { Descriptor } from '../../../src/core/model/descriptor.ts';
import { toInode } from '../../../src/core/model/inode.ts';
import type { Endpoint } from '../../../src/core/model/socket.ts';
import type { VerdictName } from '../../../src/core/model/verdict.ts';

const PEER = { address: '::ffff:10.0.0.7', port: 55_000 };
const PORT = { address: '::', port: 41_375 };

interface Shown {
  readonly fd: number;
  readonly inode: string;
  readonly is: VerdictName;
  readonly remote: Endpoint | null;
  readonly tid: number | null;
}

/** A socket with what the test is about. */
function toSocket(shown: Partial<Shown>): Descriptor {
  const { fd = 5, inode = '100', is = 'established', remote = PEER, tid = null } = shown;
  const isOver = is === 'orphaned';
  return {
    fd,
    tid,
    kind: 'socket',
    target: `socket:[${inode}]`,
    targetBase64: null,
    inode: toInode(inode),
    deleted: false,
    sizeBytes: null,
    flags: null,
    sharedWith: null,
    alsoHeldBy: null,
    watchedBy: null,
    place: 'socket',
    object: null,
    inFlight: null,
    otherEnd: null,
    waitedOnBy: null,
    socket: {
      family: 'inet6',
      type: 'stream',
      protocol: 'tcp',
      state: null,
      listed: !isOver,
      foreign: false,
      netns: null,
      cookie: null,
      local: PORT,
      remote: isOver ? null : remote,
      diedAt: null,
      deadMs: null,
      errorName: null,
      recvQueueBytes: null,
      sendQueueBytes: null,
      acceptQueue: null,
      use: null,
      autopsy: null,
      acceptedOn: isOver ? { ...PORT, listeners: [], because: '' } : null,
    },
    verdict: { is, cause: null, leak: isOver ? 'suspect' : 'no', because: '', checked: [] },
  };
}

it('gives a life to what is seen twice, with the time it was seen first', () => {
  const tracker = new LifeTracker(0);
  expect(tracker.track(1000, 1, [toSocket({})]).lives).toEqual([]);
  expect(tracker.track(2000, 1, [toSocket({})]).lives).toMatchObject([
    { id: 1, fd: 5, firstSeen: 1000, lastSeen: null },
  ]);
  expect(tracker.track(3000, 1, [toSocket({})]).lives).toEqual([]);
});

it('only counts what comes and goes between two looks', () => {
  const tracker = new LifeTracker(0);
  expect(tracker.track(1000, 1, [])).toMatchObject({ lives: [], opened: null, closed: null });
  expect(tracker.track(2000, 1, [toSocket({}), toSocket({ fd: 6, inode: '101' })])).toMatchObject({
    opened: 2,
    closed: 0,
  });
  expect(tracker.track(3000, 1, [toSocket({ inode: '102' })])).toMatchObject({
    lives: [],
    opened: 1,
    closed: 2,
  });
});

it('keeps the last peer of a connection that is over, and when it became so', () => {
  const tracker = new LifeTracker(0);
  tracker.track(1000, 1, [toSocket({})]);
  tracker.track(2000, 1, [toSocket({})]);
  const { lives } = tracker.track(3000, 1, [toSocket({ is: 'orphaned' })]);

  expect(lives).toMatchObject([
    {
      verdicts: [
        { at: 1000, verdict: 'established' },
        { at: 3000, verdict: 'orphaned' },
      ],
      remote: null,
      lastPeer: PEER,
      suspect: true,
    },
  ]);
  expect(tracker.suspects()).toMatchObject([{ fd: 5, verdict: 'orphaned', since: 3000, firstSeen: 1000 }]);
});

it('tells a number that is used again from the descriptor before, and the tables of two threads apart', () => {
  const tracker = new LifeTracker(0);
  const both = [toSocket({}), toSocket({ tid: 77 })];
  tracker.track(1000, 1, both);
  expect(tracker.track(2000, 1, both).lives).toHaveLength(2);
  const { lives, opened, closed } = tracker.track(3000, 1, [toSocket({ inode: '200' }), toSocket({ tid: 77 })]);

  expect(lives).toMatchObject([{ inode: '100', tid: null, lastSeen: 3000 }]);
  expect({ opened, closed }).toEqual({ opened: 1, closed: 1 });
});

it('goes on with the ages of a watch before, and ends what is no longer there', () => {
  const first = new LifeTracker(0);
  const both = [toSocket({}), toSocket({ fd: 6, inode: '101' })];
  first.track(1000, 1, both);
  const { lives } = first.track(2000, 1, both);
  const second = new LifeTracker(2);
  second.resume(lives);
  const resumed = second.track(9000, 1, [toSocket({ is: 'orphaned' })]);

  expect(resumed.opened).toBe(null);
  expect(resumed.lives).toMatchObject([
    { id: 1, firstSeen: 1000, lastSeen: null },
    { id: 2, firstSeen: 1000, lastSeen: 9000 },
  ]);
});

it('keeps a descriptor that changes for months small', () => {
  const tracker = new LifeTracker(0);
  for (let look = 0; look < 1000; look += 1)
    tracker.track(look, 1, [toSocket({ is: look % 2 === 0 ? 'established' : 'orphaned' })]);
  const [life] = tracker.endAll(1000);

  expect(life?.verdicts).toHaveLength(32);
  expect(life?.verdicts[0]).toEqual({ at: 0, verdict: 'established' });
  expect(life?.verdicts.at(-1)).toEqual({ at: 999, verdict: 'orphaned' });
});

it('groups suspects by verdict, port and peer, the most first', () => {
  const tracker = new LifeTracker(0);
  const alive = [1, 2, 3].map((fd) => toSocket({ fd, inode: `${fd}` }));
  const other = toSocket({ fd: 9, inode: '9', remote: null });
  tracker.track(1, 1, [...alive, other]);
  tracker.track(
    2,
    1,
    [...alive, other].map(({ fd }) => toSocket({ fd, inode: `${fd}`, is: 'orphaned' })),
  );
  expect(groupSuspects(tracker.suspects())).toEqual([
    '4 orphaned, all on :41375, 3 of them last connected to 10.0.0.7 (peer of the rest not seen)',
  ]);
  expect(groupSuspects(tracker.suspects().slice(0, 2))).toEqual([
    '2 orphaned, all on :41375, all last connected to 10.0.0.7',
  ]);
});

it('takes suspects that the kernel gave a port each for one group, though two may share one by chance', () => {
  const suspect = (fd: number, port: number, lastPeer: Endpoint | null) => ({
    fd,
    inode: `${fd}`,
    verdict: 'connect-failed',
    since: 1,
    firstSeen: 1,
    local: { address: '127.0.0.1', port },
    lastPeer,
    acceptedOn: null,
  });
  const failed = Array.from({ length: 229 }, (_, index) => suspect(index, 40_000 + index, null));
  const database = { address: '10.0.0.5', port: 5432 };

  expect(groupSuspects([...failed, suspect(500, 40_003, null)])).toEqual([
    '230 connect-failed, on ports of their own, peer not seen',
  ]);
  expect(groupSuspects([1, 2, 3].map((fd) => suspect(fd, 50_000 + fd, database)))).toEqual([
    '3 connect-failed, on ports of their own, all last connected to 10.0.0.5',
  ]);
  expect(groupSuspects(failed.slice(0, 1))).toEqual(['1 connect-failed, on :40000, peer not seen']);
  expect(groupSuspects([1, 2, 3].map((fd) => suspect(fd, 8080, null)))).toEqual([
    '3 connect-failed, all on :8080, peer not seen',
  ]);
});
