import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { whyStale } from '../../bench/lib/why-stale.ts';

it.each([
  ['what is not there', { madeS: null, sourceS: 100 }, 'there is no '],
  ['what is older than one of its sources', { madeS: 200, sourceS: 201 }, '1970-01-01T00:03:20.000Z, is older than '],
  ['what is newer than all', { madeS: 200, sourceS: 199 }, null],
])('refuses to measure %s, or not', (_what, { madeS, sourceS }, says) => {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-stale-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [made, source] = [join(folder, 'made'), join(folder, 'src/core/one.ts')];
  mkdirSync(join(folder, 'src/core'), { recursive: true });
  write(source, sourceS);
  if (madeS !== null) write(made, madeS);

  const why = whyStale(made, [join(folder, 'src')]);

  if (says === null) expect(why).toBeNull();
  else expect(why).toContain(says);
});

function write(path: string, atS: number): void {
  writeFileSync(path, '');
  utimesSync(path, atS, atS);
}
