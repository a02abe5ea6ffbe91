import { expect, test } from 'vitest';
import { toHeadline } from '../../src/report/inspection/headline.ts';
import { aFinding, anInspection, anOrphan, aPeerClosed, HEALTHY_DESCRIPTORS, many } from '../inspection-builder.ts';
import { CASES } from './cases.ts';

const NOTHING = 'No descriptor looks leaked now. One look cannot see growth: fdleak watch 4242';

test.each([
  ['leaked', 'LEAK', '40 of 73 descriptors are connections that are over and were never closed'],
  ['healthy', 'OK', NOTHING],
  ['suspect', 'SUSPECT', '28 connections wait in CLOSE_WAIT'],
  ['unlisted', 'CANNOT TELL', '14 of 20 descriptors cannot be judged (autopsy: koffi is not installed)'],
  ['count-only', 'CANNOT TELL', 'the descriptors may be counted, not seen: /proc/4242/fd: permission denied'],
  ['empty', 'OK', 'No descriptor is open.'],
  ['still-suspect', 'OK', NOTHING],
  ['huge', 'LEAK', '6,500 of 8,506 descriptors are connections that are over and were never closed; 3,250 for certain'],
] as const)('the case %s is concluded %s', (name, word, text) => {
  expect(toHeadline(CASES[name]())).toMatchObject({ word, text });
});

test('one dead socket is spoken of in the singular', () => {
  expect(toHeadline(anInspection({ descriptors: [anOrphan()] })).text).toBe(
    '1 of 1 descriptors is a connection that is over and was never closed',
  );
});

test('the dead that are only suspect are no LEAK', () => {
  const descriptors = [...HEALTHY_DESCRIPTORS, ...many(3, anOrphan, { leak: 'suspect' })];
  const finding = aFinding({ severity: 'warning', title: '3 dead sockets' });

  expect(toHeadline(anInspection({ descriptors, findings: [finding] }))).toEqual({
    word: 'SUSPECT',
    text: '3 dead sockets',
    finding,
  });
});

test('a table that is full is FULL, whatever fills it', () => {
  const { word, text } = toHeadline(anInspection({ limits: { soft: 6 } }));

  expect(word).toBe('FULL');
  expect(text).toContain('6 of 6 are open, the next open fails (EMFILE)');
});

test('an error that is no leak is named by its finding', () => {
  const nearLimit = aFinding({ id: 'near-limit', about: 'limit', title: '1000 of 1024 descriptors are in use' });

  expect(toHeadline(anInspection({ findings: [nearLimit] }))).toMatchObject({
    word: 'SUSPECT',
    text: '1000 of 1024 descriptors are in use',
  });
});

test.each([
  aFinding({ id: 'low-soft-limit', about: 'limit', severity: 'warning', title: 'the soft limit is 1024' }),
  aFinding({ id: 'epoll-stale', about: 'events', severity: 'warning', title: '1 registration is stale' }),
])('a warning of $id makes no suspect of what is below every threshold', (finding) => {
  expect(toHeadline(anInspection({ descriptors: [aPeerClosed()], findings: [finding] }))).toEqual({
    word: 'OK',
    text: NOTHING,
    finding: null,
  });
});

test('suspects without a warning are no alarm', () => {
  expect(toHeadline(anInspection({ descriptors: [aPeerClosed()] })).word).toBe('OK');
});

test('a level that does not tell sockets apart cannot conclude while there are any', () => {
  expect(toHeadline(anInspection({ capability: { level: 'kinds' } })).word).toBe('CANNOT TELL');
});

test('a count that is not known is not called 0', () => {
  const inspection = anInspection({ descriptors: [], limits: { open: null }, capability: { level: 'count' } });

  expect(toHeadline(inspection)).toMatchObject({
    word: 'CANNOT TELL',
    text: expect.stringContaining('the descriptors may be counted, not seen'),
  });
});
