/** @module-tag systemd-analyze */
import { execa } from 'execa';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

it('systemd understands every line of the unit in the manual of watch', async () => {
  const [, unit = ''] = /^```ini\n([^]*?)^```$/m.exec(readFileSync('docs/watch.md', 'utf8')) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-unit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'fdleak-watch@nginx.service');
  // What it runs need not be installed here.
  writeFileSync(path, unit.replace('/usr/bin/fdleak', '/bin/true'));
  const { stdout, stderr } = await execa('systemd-analyze', ['verify', '--man=no', path], { reject: false });

  expect(unit).toContain('ExecStart=/usr/bin/fdleak watch --unit %i');
  expect(`${stdout}${stderr}`.split('\n').filter((line) => line.includes('fdleak-watch'))).toEqual([]);
});
