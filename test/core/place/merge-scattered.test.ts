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

it('takes 8 files of one folder that were opened up to 7 times each for one place', () => {
  const opened = (each: number) =>
    merged(groups(8, 'file', (at) => `/proc/#/${'abcdefgh'[at]}`, each)).map((place) => place.replace(/^\d+ /, ''));
  expect(opened(7)).toEqual(['file /proc/#/*']);
  expect(opened(8)).toHaveLength(8);
});

it('takes 8 ports of one address for one place, and 16 of listeners', () => {
  const at = (what: string, verb: string, count: number) =>
    merged(groups(count, what, (n) => `${verb} 10.0.0.1:${16384 + n}`));
  expect(at('udp', 'on', 8)).toEqual(['8 udp on 10.0.0.1, ports 16384 to 16391']);
  expect(at('established', 'to', 9)).toEqual(['9 established to 10.0.0.1, ports 16384 to 16392']);
  expect(at('CLOSE_WAIT', 'accepted on', 9)).toEqual(['9 CLOSE_WAIT accepted on 10.0.0.1, ports 16384 to 16392']);
  expect(at('udp', 'on', 7)).toHaveLength(7);
  expect(at('listening', 'on', 15)).toHaveLength(15);
  expect(at('listening', 'on', 16)).toEqual(['16 listening on 10.0.0.1, ports 16384 to 16399']);
});

it('takes peers that share neither address nor port for one place', () => {
  expect(merged(groups(8, 'established', (at) => `to 10.0.0.${at}:${at + 600}`))).toEqual([
    '8 established to *, ports 600 to 607',
  ]);
  expect(merged(groups(8, 'established', (at) => `to 10.0.0.${at}:*`))).toEqual(['8 established to *:*']);
});

it('takes 16 files of many folders for the folder that they are all below', () => {
  const inTree = (count: number) => groups(count, 'file', (at) => `/srv/trees/${'abcdefghijklmnop'[at]}/src/main.rs`);
  expect(merged(inTree(16))).toEqual(['16 file /srv/trees/**']);
  expect(merged(inTree(15))).toHaveLength(15);
  expect(merged(groups(16, 'file', (at) => `/sys/class/net/lo/stat${'abcdefghijklmnop'[at]}`))).toEqual([
    '16 file /sys/class/net/lo/*',
  ]);
  expect(merged(groups(16, 'file', (at) => `/${'abcdefghijklmnop'[at]}/x/y`))).toHaveLength(16);
});

it.each([
  { why: 'a peer has a pool of its own', all: groups(9, 'established', (at) => `to 10.0.0.${at}:443`, 3) },
  { why: 'folders differ', all: groups(9, 'file', (at) => `/srv/${at}/app.db`) },
  { why: 'they are devices', all: groups(9, 'file', (at) => `/dev/input/event${at}`) },
  { why: 'nothing is known but what they are', all: groups(9, 'established', () => null) },
])('keeps them apart where $why', ({ all }) => {
  expect(merged(all)).toHaveLength(9);
});
