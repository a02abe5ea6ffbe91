import { expect, it } from 'vitest';
import { mergeScattered } from '../../../src/core/place/merge-scattered.ts';
import { aDescriptor } from '../../inspection-builder.ts';

const groups = (count: number, what: string, whereOf: (at: number) => string | null, each = 1) =>
  Array.from({ length: count }, (_, at) => ({
    what,
    where: whereOf(at),
    tid: null,
    leak: 'no' as const,
    descriptors: Array.from({ length: each }, (__, more) => aDescriptor({ fd: 10 * at + more })),
  }));

const merged = (all: ReturnType<typeof groups>) =>
  mergeScattered(all).map(({ what, where, descriptors }) => `${descriptors.length} ${what} ${where ?? ''}`);

it('takes 8 addresses of one port for one place, and 7 for seven', () => {
  expect(merged(groups(8, 'established', (at) => `to 10.0.0.${at}:443`))).toEqual(['8 established to *:443']);
  expect(merged(groups(8, 'CLOSE_WAIT', (at) => `to [2001:db8::${at}]:443`))).toEqual(['8 CLOSE_WAIT to *:443']);
  expect(merged(groups(7, 'established', (at) => `to 10.0.0.${at}:443`))).toHaveLength(7);
});

it('takes 8 files of one folder for one place', () => {
  expect(merged(groups(8, 'file', (at) => `/var/lib/app/${'abcdefgh'[at]}.db`))).toEqual(['8 file /var/lib/app/*']);
});

it.each([
  { why: 'a peer has a pool of its own', all: groups(9, 'established', (at) => `to 10.0.0.${at}:443`, 3) },
  { why: 'ports differ', all: groups(9, 'established', (at) => `to 10.0.0.1:${at}`) },
  { why: 'folders differ', all: groups(9, 'file', (at) => `/srv/${at}/app.db`) },
  { why: 'they are devices', all: groups(9, 'file', (at) => `/dev/input/event${at}`) },
  { why: 'nothing is known but what they are', all: groups(9, 'established', () => null) },
])('keeps them apart where $why', ({ all }) => {
  expect(merged(all)).toHaveLength(9);
});
