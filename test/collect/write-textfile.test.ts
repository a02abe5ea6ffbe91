import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeTextfile } from '../../src/collect/write-textfile.ts';

test('is written anew over a file, and never takes the place of a device, a link or a folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-textfile-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'fdleak.prom');
  expect([writeTextfile(path, 'a 1\n'), writeTextfile(path, 'a 2\n')]).toEqual([null, null]);
  expect(readFileSync(path, 'utf8')).toBe('a 2\n');
  const link = join(folder, 'full');
  symlinkSync('/dev/full', link);
  expect(writeTextfile(link, 'a 3\n')).toBe(`${link} is not a regular file`);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(writeTextfile(folder, 'a 4\n')).toBe(`${folder} is not a regular file`);
  expect(readdirSync(folder).toSorted()).toEqual(['fdleak.prom', 'full']);
});
