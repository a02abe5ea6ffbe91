import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureRun, SAVED_TEXTS, writeSavedText } from '../million-lines.ts';

const BIN = fileURLToPath(new URL('../../bin/fdleak.js', import.meta.url));
/** Of a run of `node -e 0`. */
const MOST_TIMES = 60;
const MOST_MB = 300;

const measureEmpty = (): number[] => Array.from({ length: 3 }, () => measureRun(['-e', '0'], null).cpuMs);

/** The middle of six runs: one that the machine has slowed, or spared, decides nothing. */
function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

describe.each(SAVED_TEXTS)('a million lines of %s', (name) => {
  let folder = '';
  let path = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fdleak-million-'));
    path = join(folder, 'listing');
    writeSavedText(name, path);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['FILE', '-'])('as %s need at most 60 times the CPU of an empty Node, and 300 MB', (form) => {
    const before = measureEmpty();
    const used = measureRun([BIN, 'inspect', '--from', form === '-' ? '-' : path], form === '-' ? path : null);
    // Side by side: the machine slows all of them alike.
    const empty = medianOf([...before, ...measureEmpty()]);
    expect(used.cpuMs / empty).toBeLessThan(MOST_TIMES);
    expect(used.peakMb).toBeLessThan(MOST_MB);
  });
});
