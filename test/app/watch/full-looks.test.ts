import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FullLooks } from '../../../src/app/watch/full-looks.ts';
import type { LeanLook } from '../../../src/app/watch/lean-look.ts';
import { SharedWatches } from '../../../src/app/watch/shared-watches.ts';
import { WatchedTables } from '../../../src/collect/watched-tables.ts';
import type { Descriptor } from '../../../src/core/model/descriptor.ts';
import { toWorld } from '../../../src/machine.ts';
import { startServer } from './server.ts';

function newLooks(network: WatchedTables | null = null): FullLooks {
  const world = toWorld([]);
  const shared = new SharedWatches(world.clock);
  return new FullLooks(world, {
    intervalMs: 1000,
    cpuMs: () => 0,
    shared: { watches: 1, pace: null, ss: shared.ss, walk: shared.walk, network: network ?? shared.network },
    interrupted: new AbortController().signal,
  });
}

async function lookOf(looks: FullLooks, pid: number): Promise<LeanLook> {
  const sight = await looks.take(pid);
  if (sight.kind !== 'seen') throw new Error(`it was ${sight.kind}`);
  return sight.look;
}

function toFacts({ descriptors }: LeanLook): string[] {
  const fact = ({ fd, target, place, verdict: { is, leak } }: Descriptor): string =>
    [fd, target, place, is, leak].join(' ');
  return descriptors.map(fact).toSorted();
}

async function settle(looks: FullLooks, pid: number): Promise<LeanLook> {
  let before: LeanLook | null = null;
  // Where something changed, a few looks are whole; of ten one always is.
  for (let tries = 0; tries < 12; tries += 1) {
    const now = await lookOf(looks, pid);
    if (now === before) return now;
    before = now;
  }
  throw new Error('it never came to rest');
}

it.each([
  ['by /proc', 0],
  ['by the walk, where it may', 400],
])(
  'is as good as a first look, whatever the process did since the last, and looks again only where it did something: %s',
  async (_how, files) => {
    const target = await startServer({ clients: 2 });
    const looks = newLooks();
    await target.act(`held.many = Array.from({ length: ${files} }, () => fs.openSync("/etc/passwd"));`);
    await settle(looks, target.pid);
    for (const change of [
      'held.clients.push(await held.connect());',
      'fs.closeSync(held.file); held.file = fs.openSync("/etc/group");',
      'held.local = net.createServer({ allowHalfOpen: true }, (socket) => { held.inner = socket; socket.pause(); }).listen(`\\0fdleak-${process.pid}`); await once(held.local, "listening");',
      'held.outer = net.connect({ path: `\\0fdleak-${process.pid}`, allowHalfOpen: true }); await once(held.outer, "connect"); await new Promise((resolve) => setTimeout(resolve, 50));',
      'held.outer.end(); await new Promise((resolve) => setTimeout(resolve, 50));',
      'held.clients[0].write("unread"); await new Promise((resolve) => setTimeout(resolve, 50));',
      'const last = held.clients.pop(); const end = once(last, "close"); last.destroy(); await end;',
      'const gone = held.accepted.pop(); const end = once(gone, "close"); gone.destroy(); await end;',
      'held.more = Array.from({ length: 30 }, () => fs.openSync("/dev/null"));',
      'held.clients[0].end(); await new Promise((resolve) => setTimeout(resolve, 50));',
    ]) {
      await target.act(change);
      const seen = toFacts(await lookOf(looks, target.pid));
      expect(seen, change).toEqual(toFacts(await lookOf(newLooks(), target.pid)));
      // What waits for an end is never at rest.
      if (!/destroy|clients.*end/.test(change)) expect(toFacts(await settle(looks, target.pid)), change).toEqual(seen);
    }
  },
);

class CountedTables extends WatchedTables {
  reads = 0;

  override async own(...asked: Parameters<WatchedTables['own']>): ReturnType<WatchedTables['own']> {
    this.reads += 1;
    return await super.own(...asked);
  }
}

const canWalk = process.getuid?.() === 0 && existsSync('/sys/kernel/btf/vmlinux');

it.runIf(canWalk)('reads no table where the walk tells that each connection is as it was', async () => {
  const target = await startServer({ clients: 20 });
  await target.act('held.many = Array.from({ length: 400 }, () => fs.openSync("/etc/passwd"));');
  const tables = new CountedTables(() => performance.now(), 0);
  const looks = newLooks(tables);
  const settled = await settle(looks, target.pid);
  const before = tables.reads;
  let spared = 0;
  for (let tries = 0; tries < 5; tries += 1) if ((await lookOf(looks, target.pid)) === settled) spared += 1;
  // Of ten looks one is whole.
  expect(spared).toBeGreaterThanOrEqual(1);
  expect(tables.reads - before).toBeLessThanOrEqual(5 - spared);
});
