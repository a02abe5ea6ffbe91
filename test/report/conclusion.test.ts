import { expect, test } from 'vitest';
import { concludeFrom } from '../../src/report/inspection/conclusion.ts';
import { aFinding, anInspection, anOrphan, aPeerClosed, HEALTHY_DESCRIPTORS, many } from '../inspection-builder.ts';
import { CASES } from './cases.ts';

test.each([
  ['leaked', 'LEAK', '40 of 73 descriptors are orphaned sockets, all certain leaks'],
  ['healthy', 'OK', 'no leak found in 6 descriptors'],
  ['suspect', 'SUSPECT', '28 of 36 descriptors may be leaked: 28 peer-closed; 2 more cannot be judged'],
  ['unlisted', 'CANNOT TELL', '14 of 20 descriptors cannot be judged: 14 unlisted (autopsy: koffi is not installed)'],
  [
    'count-only',
    'CANNOT TELL',
    '73 descriptors are open, and what they are may not be read (descriptors: /proc/4242/fd: permission denied)',
  ],
  ['empty', 'OK', 'no descriptor is open'],
  ['still-suspect', 'OK', 'no leak found in 7 descriptors; not alarming by itself: 1 fresh'],
  [
    'huge',
    'LEAK',
    '6500 of 8506 descriptors are orphaned sockets, 3250 certain leaks and 3250 suspect; also suspect: 2000 peer-closed',
  ],
] as const)('the case %s is concluded %s', (name, word, text) => {
  expect(concludeFrom(CASES[name]())).toEqual({ word, text });
});

test('one orphan is spoken of in the singular', () => {
  expect(concludeFrom(anInspection({ descriptors: [anOrphan()] })).text).toBe(
    '1 of 1 descriptors is an orphaned socket, a certain leak',
  );
});

test('orphans that are only suspect are no LEAK', () => {
  const descriptors = [...HEALTHY_DESCRIPTORS, ...many(3, anOrphan, { leak: 'suspect' })];

  expect(concludeFrom(anInspection({ descriptors, findings: [aFinding({ severity: 'warning' })] }))).toEqual({
    word: 'SUSPECT',
    text: '3 of 9 descriptors may be leaked: 3 orphaned',
  });
});

test('an error that is no leak is named by its finding', () => {
  const nearLimit = aFinding({ id: 'near-limit', title: '1000 of 1024 descriptors are in use' });

  expect(concludeFrom(anInspection({ findings: [nearLimit] }))).toEqual({
    word: 'ERROR',
    text: '1000 of 1024 descriptors are in use',
  });
});

test('a warning without a suspect leaves the answer at no leak, and is named', () => {
  const low = aFinding({ id: 'low-soft-limit', severity: 'warning', title: 'the soft limit is 1024' });

  expect(concludeFrom(anInspection({ findings: [low] }))).toEqual({
    word: 'OK',
    text: 'no leak found in 6 descriptors; 1 warning: the soft limit is 1024',
  });
});

test('a warning of something else makes no leak of suspects below every threshold', () => {
  const stale = aFinding({ id: 'epoll-stale', about: 'events', severity: 'warning', title: '1 registration is stale' });

  expect(concludeFrom(anInspection({ descriptors: [aPeerClosed()], findings: [stale] }))).toEqual({
    word: 'OK',
    text: 'no leak found in 1 descriptor; not alarming by itself: 1 peer-closed; 1 warning: 1 registration is stale',
  });
});

test('suspects without a warning are no alarm', () => {
  expect(concludeFrom(anInspection({ descriptors: [aPeerClosed()] })).word).toBe('OK');
});

test('a level that does not tell sockets apart cannot conclude while there are any', () => {
  expect(concludeFrom(anInspection({ capability: { level: 'kinds' } })).word).toBe('CANNOT TELL');
});

test('a count that is not known is not called 0', () => {
  const inspection = anInspection({ descriptors: [], limits: { open: null }, capability: { level: 'count' } });

  expect(concludeFrom(inspection)).toEqual({
    word: 'CANNOT TELL',
    text: '? descriptors are open, and what they are may not be read',
  });
});
