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
    const before = measureRun(['-e', '0'], null);
    const used = measureRun([BIN, 'inspect', '--from', form === '-' ? '-' : path], form === '-' ? path : null);
    const after = measureRun(['-e', '0'], null);
    // Side by side: the machine slows all three alike.
    expect(used.cpuMs).toBeLessThan((MOST_TIMES * (before.cpuMs + after.cpuMs)) / 2);
    expect(used.peakMb).toBeLessThan(MOST_MB);
  });
});
