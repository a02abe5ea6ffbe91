import { expect, it } from 'vitest';
import { ALL_WORDS, findEntry, findNearWord } from '../../../src/core/explain/find-entry.ts';

it.each([
  ['CLOSE_WAIT', 'CLOSE_WAIT', 'peer-closed-pile-up'],
  ['close-wait', 'CLOSE_WAIT', 'peer-closed-pile-up'],
  ['time-wait', 'TIME_WAIT', null],
  ['FIN-WAIT-2', 'FIN_WAIT2', 'half-closed-pile-up'],
  ['emfile', 'EMFILE', 'near-limit'],
  ['peer-closed', 'peer-closed', 'peer-closed-pile-up'],
  ['Orphaned', 'orphaned', 'orphaned-sockets'],
  ['inotify', 'inotify', 'near-quota'],
  ['NEAR-LIMIT', 'near-limit', 'near-limit'],
  ['cannot tell', 'CANNOT TELL', 'partial-view'],
  ['ss -K', 'ss -K', 'ss-kill'],
  ['Too many open files', 'too many open files', 'near-limit'],
  ['sock', 'sock', 'orphaned-sockets'],
  ['protocol: TCP', 'protocol: TCP', 'orphaned-sockets'],
  ['24', '24', 'near-limit'],
  ['econnreset', 'ECONNRESET', 'orphaned-sockets'],
  ['python', 'Python', 'where'],
  ['c++', 'C', 'where'],
  ["can't identify protocol", "can't identify protocol", 'orphaned-sockets'],
  ['many-opens', 'many-opens', 'many-opens'],
])('finds %s', (asked, word, page) => {
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
