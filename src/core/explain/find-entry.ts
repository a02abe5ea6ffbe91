import { findNearest } from '../budget/nearest.ts';
import { VERDICT_INFO } from '../classify/verdict-info.ts';
import { FINDING_IDS } from '../diagnose/index.ts';
import { VERDICTS } from '../model/verdict.ts';
import { type Entry, KIND_WORDS, OTHER_WORDS, type PageId, STATES, TOPICS, VERDICT_PAGES } from './glossary.ts';

/** What is to be said of a word. */
export interface Explained {
  /** As it is written here: `CLOSE_WAIT` for `close-wait`. */
  readonly word: string;
  /** Empty for what has a page of its own. */
  readonly says: string;
  readonly page: PageId | null;
}

/** Every word that has an answer, first come first served: a page before a verdict before a state. */
const WORDS: readonly Explained[] = [
  ...[...FINDING_IDS, ...TOPICS].map((page) => ({ word: page, says: '', page })),
  ...VERDICTS.map((is) => ({ word: is, says: VERDICT_INFO[is].meaning, page: VERDICT_PAGES[is] })),
  ...[STATES, KIND_WORDS, OTHER_WORDS].flatMap((table) =>
    Object.entries<Entry>(table).map(([word, [says, page]]) => ({ word, says, page })),
  ),
];

const BY_KEY = new Map(WORDS.toReversed().map((one) => [toKey(one.word), one]));

/** All words, as they are written here. */
export const ALL_WORDS: readonly string[] = [...new Set(WORDS.map(({ word }) => word))];

/** `CLOSE_WAIT`, `close-wait` and `Close Wait` are one word; null where it has no answer. */
export function findEntry(word: string): Explained | null {
  return BY_KEY.get(toKey(word)) ?? null;
}

/** The word that was most likely meant; null where none is near. */
export function findNearWord(word: string): string | null {
  // Two letters are near to too much.
  if (toKey(word).length < SHORTEST_NEAR) return null;
  return findNearest(
    word,
    ALL_WORDS.map((one) => one.toLowerCase().replaceAll('_', '-')),
  );
}

const SHORTEST_NEAR = 3;

function toKey(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
