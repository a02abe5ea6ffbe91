import { expect, it } from 'vitest';
import type { Descriptor } from '../../src/core/model/descriptor.ts';
import { withPlaces } from '../../src/core/place/places.ts';
import { renderPlaces } from '../../src/report/inspection/places-section.ts';
import { aDescriptor, aListener, anInspection, aUnixSocket, HEALTHY_DESCRIPTORS } from '../inspection-builder.ts';
import { aStyle } from './cases.ts';

const devices = (count: number) =>
  Array.from({ length: count }, (_, at) =>
    aDescriptor({ fd: 100 + at, kind: 'character-device', target: '/dev/nvidia0', place: '/dev/nvidia0' }),
  );

const rowsOf = (count: number): string =>
  [
    ...renderPlaces(anInspection({ descriptors: [...HEALTHY_DESCRIPTORS, ...devices(count)] }), aStyle(), {
      most: 6,
      mostLarge: 6,
      hasHead: false,
    }),
  ].join('');

it('gives a device that was opened many times a row of its own', () => {
  expect(rowsOf(130)).toMatch(/130 {2}character-device +\/dev/);
  expect(rowsOf(2)).not.toContain('character-device');
});

const sayRows = (...descriptors: readonly Descriptor[]): string =>
  [
    ...renderPlaces(anInspection({ descriptors: withPlaces([...descriptors]) }), aStyle(), {
      most: 6,
      mostLarge: 6,
      hasHead: false,
    }),
  ].join('');

it('tells the listeners of one port for IPv4 and IPv6 in one row', () => {
  const at = (fd: number, address: string) => aListener({ fd, socket: { local: { address, port: 16_379 } } });
  expect(sayRows(at(6, '0.0.0.0'), at(7, '::'))).toMatch(/^ +2 {2}listening +:16379, IPv4 and IPv6 +fd 6 7\n$/);
});

it('says that a unix socket leads to this process itself', () => {
  const { pid } = anInspection().process;
  const pair = (fd: number) => aUnixSocket({}, { fd, otherEnd: { pid, comm: 'x', fd } });
  expect(sayRows(...Array.from({ length: 8 }, (_, at) => pair(10 + at)))).toContain('other end: this process');
});

it('gives the path that all members have as it is', () => {
  const file = (fd: number) => aDescriptor({ fd, target: '/srv/app7/data-3f2ab1.log', sharedWith: [] });
  expect(sayRows(...Array.from({ length: 8 }, (_, at) => file(10 + at)))).toContain(
    '/srv/app7/data-3f2ab1.log, one object, opened 8 times',
  );
});

it('shows up to five places below an answer that is none, where they are places of many', () => {
  const place = (at: number) =>
    Array.from({ length: 8 }, (_, n) => aDescriptor({ fd: at * 10 + n, target: `/srv/${'abcdefg'[at]}.db` }));
  const rows = (places: number) => {
    const descriptors = withPlaces(Array.from({ length: places }, (_, at) => place(at)).flat());
    return [...renderPlaces(anInspection({ descriptors }), aStyle(), { most: 4, mostLarge: 6, hasHead: false })].length;
  };
  expect(rows(5)).toBe(5);
  expect(rows(7)).toBe(6);
});

it('speaks of the files below /proc by what they are, whichever process they are of', () => {
  const file = (fd: number) => aDescriptor({ fd, target: '/proc/4242/stat', sharedWith: [] });
  expect(sayRows(...Array.from({ length: 8 }, (_, at) => file(10 + at)))).toContain('/proc/#/stat, one object');
});
