import { expect, it } from 'vitest';
import { FullLooks } from '../../../src/app/watch/full-looks.ts';
import { GonePeers } from '../../../src/app/watch/gone-peers.ts';
import { SharedWatches } from '../../../src/app/watch/shared-watches.ts';
import type { Descriptor } from '../../../src/core/model/descriptor.ts';
import type { JudgedPlace } from '../../../src/core/model/turnover.ts';
import { toWorld } from '../../../src/machine.ts';
import { startServer } from './server.ts';

const GROWS: JudgedPlace = {
  members: [],
  place: 'tcp accepted on 127.0.0.1:80',
  what: 'established',
  open: 20,
  atStart: 0,
  opened: 20,
  closed: 0,
  survivors: 20,
  outlived: 20,
  early: 7,
  late: 7,
  centre: 0.5,
  goes: 20,
  oldestSince: 0,
  youngestSince: 0,
  closedAfterMs: null,
  drivenBy: 'peers',
  judgement: 'may-be-load',
  perHour: 1,
  perHourLow: 1,
  perHourHigh: 1,
  because: '',
};

/** The descriptors of a server with three clients that live. */
async function lookAtServer(): Promise<{ pid: number; descriptors: readonly Descriptor[] }> {
  const { pid } = await startServer({ clients: 3 });
  const world = toWorld([]);
  const shared = new SharedWatches(world.clock);
  const interrupted = new AbortController().signal;
  const sight = await new FullLooks(world, { intervalMs: 1000, cpuMs: () => 0, shared, interrupted }).take(pid);
  if (sight.kind !== 'seen') throw new Error(`it was ${sight.kind}`);
  return { pid, descriptors: sight.look.descriptors };
}

/** As it would be once its client had vanished: connected to a port that no socket has. */
function fromPortOfNobody(one: Descriptor): Descriptor {
  const { socket } = one;
  const isInet = socket?.family === 'inet' || socket?.family === 'inet6';
  if (!isInet || socket.remote === null || one.verdict.is !== 'established') return one;
  return { ...one, socket: { ...socket, remote: { ...socket.remote, port: 1 } } };
}

const countGone = (descriptors: readonly Descriptor[]): number =>
  descriptors.filter(({ verdict }) => verdict.is === 'peer-gone').length;

it('leaves connections alone whose other end is a socket of this host, however often it searches', async () => {
  const { pid, descriptors } = await lookAtServer();
  const peers = new GonePeers(toWorld([]));
  for (let search = 0; search < 4; search += 1) {
    peers.searchFor([GROWS]);
    expect(countGone(peers.mark(pid, descriptors))).toBe(0);
  }
});

it('tells at the second search which peers of this host are no socket any more, and does not search where nothing grows', async () => {
  const { pid, descriptors } = await lookAtServer();
  const vanished = descriptors.map(fromPortOfNobody);
  const count = vanished.filter(({ verdict }) => verdict.is === 'established').length;
  expect(count).toBeGreaterThanOrEqual(3);
  const peers = new GonePeers(toWorld([]));
  expect(countGone(peers.mark(pid, vanished))).toBe(0);
  peers.searchFor([{ ...GROWS, drivenBy: 'program' }]);
  expect(countGone(peers.mark(pid, vanished))).toBe(0);
  peers.searchFor([GROWS]);
  expect(countGone(peers.mark(pid, vanished))).toBe(0);
  expect(countGone(peers.mark(pid, vanished))).toBe(count);
  expect(countGone(peers.mark(pid, vanished))).toBe(count);
});
