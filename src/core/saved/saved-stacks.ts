import type { Stacks } from '../model/stacks.ts';
import type { Part, Saved } from './part.ts';

/** Stacks that were not text, as what was recognised of a file. */
export function toSavedStacks(stacks: Stacks): Saved {
  const part: Part = {
    tool: stacks.source,
    firstLine: 0,
    lastLine: 0,
    lines: 0,
    command: null,
    pids: [],
    askedPids: [],
    partial: [],
    isWhole: true,
    content: { kind: 'stacks', stacks },
  };
  return { parts: [part], otherLines: 0, unrecognised: [], unrecognisedCount: 0 };
}
