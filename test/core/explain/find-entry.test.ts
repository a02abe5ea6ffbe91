import { expect, it } from 'vitest';
import { ALL_WORDS, findEntry, findNearWord } from '../../../src/core/explain/find-entry.ts';

it.for<readonly [asked: string, page: string | null, word?: string]>([
  ['CLOSE_WAIT', 'peer-closed-pile-up'],
  ['close-wait', 'peer-closed-pile-up', 'CLOSE_WAIT'],
  ['time-wait', null, 'TIME_WAIT'],
  ['FIN-WAIT-2', 'half-closed-pile-up', 'FIN_WAIT2'],
  ['emfile', 'near-limit', 'EMFILE'],
  ['peer-closed', 'peer-closed-pile-up'],
  ['Orphaned', 'orphaned-sockets', 'orphaned'],
  ['inotify', 'near-quota'],
  ['NEAR-LIMIT', 'near-limit', 'near-limit'],
  ['cannot tell', 'partial-view', 'CANNOT TELL'],
  ['ss -K', 'ss-kill'],
  ['Too many open files', 'near-limit', 'too many open files'],
  ['sock', 'orphaned-sockets'],
  ['protocol: TCP', 'orphaned-sockets'],
  ['24', 'near-limit'],
  ['econnreset', 'orphaned-sockets', 'ECONNRESET'],
  ['python', 'where', 'Python'],
  ['c++', 'where', 'C'],
  ["can't identify protocol", 'orphaned-sockets'],
  ['many-opens', 'many-opens'],
])('finds %s', ([asked, page, word = asked]) => {
  expect(findEntry(asked)).toMatchObject({ word, page });
});

it('has something to say of every word', () => {
  for (const word of ALL_WORDS) expect(findEntry(word)).not.toBeNull();
  expect(findEntry('xyzzy')).toBeNull();
});

it('guesses what was meant', () => {
  expect(findNearWord('close-wiat')).toBe('close-wait');
  expect(['', '2', 'x'].map(findNearWord)).toEqual([null, null, null]);
  expect(findNearWord('xyzzyxyzzy')).toBeNull();
});
