import { expect, it } from 'vitest';
import { renderPlaces } from '../../src/report/inspection/places-section.ts';
import { aDescriptor, anInspection, HEALTHY_DESCRIPTORS } from '../inspection-builder.ts';
import { aStyle } from './cases.ts';

const devices = (count: number) =>
  Array.from({ length: count }, (_, at) =>
    aDescriptor({ fd: 100 + at, kind: 'character-device', target: '/dev/nvidia0', place: '/dev/nvidia0' }),
  );

const rowsOf = (count: number): string =>
  [
    ...renderPlaces(anInspection({ descriptors: [...HEALTHY_DESCRIPTORS, ...devices(count)] }), aStyle(), {
      most: 6,
      hasHead: false,
    }),
  ].join('');

it('gives a device that was opened many times a row of its own', () => {
  expect(rowsOf(130)).toMatch(/130 {2}character-device +\/dev/);
  expect(rowsOf(2)).not.toContain('character-device');
});
