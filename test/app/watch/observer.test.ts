import { expect, it } from 'vitest';
import { Observer } from '../../../src/app/watch/observer.ts';
import { SharedWatches } from '../../../src/app/watch/shared-watches.ts';
import { aLife } from '../../store/tick-builder.ts';
import { worldOf } from '../world.ts';

it('knows the suspects of the watch before until it has looked itself: a first look that fails resolves no alert', () => {
  const world = worldOf();
  const request = {
    children: false,
    intervalMs: 1000,
    cpuMs: () => 0,
    shared: new SharedWatches(world.clock),
    interrupted: new AbortController().signal,
  };
  const orphan = aLife({ id: 7, suspect: true, verdicts: [{ at: 5, verdict: 'orphaned' }], lastSeen: null });
  const healthy = aLife({ id: 8, fd: 9, inode: null, suspect: false, lastSeen: null });
  const { suspects } = new Observer(world, request, { lastLife: 8, open: [orphan, healthy] });
  expect(suspects).toMatchObject([{ fd: orphan.fd, verdict: 'orphaned', since: 5 }]);
  expect(new Observer(world, request, { lastLife: 0, open: [] }).suspects).toEqual([]);
});
