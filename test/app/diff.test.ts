import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { diffInspections } from '../../src/app/diff.ts';
import { worldOf } from './world.ts';

const REQUEST = { settleMs: 0, toolTimeoutMs: 1000, onProgress: () => undefined };

it('refuses a FIFO at once, which nobody may ever write to', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'diff-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'before.json');
  execFileSync('mkfifo', [path]);
  expect(await diffInspections(worldOf(), [path, '1'], REQUEST)).toEqual({
    kind: 'refused',
    isUsage: true,
    because: `${path}: it is not a file. Next: give a pid, or a file that inspect --from reads: fdleak inspect <pid> --json writes one`,
  });
});
