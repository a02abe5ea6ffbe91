/**
 * `npm run bench -- saved`: `fdleak inspect --from` of a million lines, and of one line of 100 MB, beside `node -e 0`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureRun, SAVED_TEXTS, type Used, writeSavedText } from '../test/million-lines.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
const BIN = join(process.cwd(), 'bin/fdleak.js');
const folder = mkdtempSync(join(tmpdir(), 'fdleak-bench-'));
const path = join(folder, 'listing');

function least(run: () => Used): Used {
  const all = Array.from({ length: ROUNDS }, run);
  return {
    cpuMs: Math.min(...all.map(({ cpuMs }) => cpuMs)),
    peakMb: Math.max(...all.map(({ peakMb }) => peakMb)),
  };
}

try {
  for (const name of SAVED_TEXTS) {
    writeSavedText(name, path);
    const empty = least(() => measureRun(['-e', '0'], null));
    for (const form of ['FILE', '-']) {
      const used = least(() =>
        measureRun([BIN, 'inspect', '--from', form === '-' ? '-' : path], form === '-' ? path : null),
      );
      const times = (used.cpuMs / empty.cpuMs).toFixed(0).padStart(3);
      console.log(`${name.padEnd(32)} ${form.padEnd(4)} ${times} of node -e 0, at most ${used.peakMb.toFixed(0)} MB`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
