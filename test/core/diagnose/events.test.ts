import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/core/diagnose/index.ts';
import type { Descriptor } from '../../../src/core/model/descriptor.ts';
import { aCase, aDescriptor, type InspectionDiffers } from '../../inspection-builder.ts';

const events = (count: number, differs: Partial<Descriptor> = {}): Descriptor[] =>
  Array.from({ length: count }, (_, at) =>
    aDescriptor({ fd: at + 3, kind: 'timerfd', inode: null, watchedBy: [], waitedOnBy: [], ...differs }),
  );

const found = (descriptors: readonly Descriptor[], differs: InspectionDiffers = {}) =>
  diagnose(aCase({ limits: { soft: 20_000, hard: 20_000 }, ...differs, descriptors }))
    .filter(({ id }) => id === 'events-unattended')
    .map(({ severity, count, title }) => `${severity} ${count}: ${title}`);

describe('timers and watches that nothing waits on', () => {
  it.each(['timerfd', 'signalfd', 'inotify', 'fanotify'] as const)('are suspects from 64 on: %s', (kind) => {
    expect(found(events(64, { kind }))).toEqual([
      expect.stringMatching(new RegExp(`^warning 64: 64 ${kind}.*that no thread and no epoll set waits on$`)),
    ]);
    expect(found(events(63, { kind }))).toEqual([]);
  });

  it.each([
    { why: 'eventfds, which the kernel may read', descriptors: events(500, { kind: 'eventfd' }) },
    { why: 'watched by an epoll set', descriptors: events(500, { watchedBy: [9] }) },
    { why: 'read by a thread', descriptors: events(500, { waitedOnBy: [9] }) },
    { why: 'of a process whose threads may not be read', descriptors: events(500, { waitedOnBy: null }) },
    {
      why: 'of a process with an io_uring, which reads without a thread',
      descriptors: [...events(500), aDescriptor({ fd: 900, kind: 'io-uring', inode: null })],
    },
  ])('are nothing where they are $why', ({ descriptors }) => {
    expect(found(descriptors)).toEqual([]);
  });

  it('are nothing at one look: a busy program waits a moment later', () => {
    const { inspection } = aCase({});
    expect(found(events(500), { options: { ...inspection.options, settleMs: 0 } })).toEqual([]);
  });
});
