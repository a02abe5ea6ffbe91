import {
  closeSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  chmodSync,
  existsSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { beforeEach, afterEach, describe, expect, it } from 'vitest';
import { openToWrite } from '../../src/collect/open-to-write.ts';
import { readFileText } from '../../src/collect/read-file.ts';
import { readSavedBytes } from '../../src/collect/saved-files.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fdleak-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const asShared = (): void => chmodSync(folder, 0o777);
const precious = (): string => {
  const path = join(folder, 'precious');
  writeFileSync(path, 'precious');
  return path;
};

describe('a file in a folder that others may write', () => {
  it.each(['fresh', 'append', 'new'] as const)('is not written through a symbolic link (%s)', (mode) => {
    asShared();
    const link = join(folder, 'report.xml');
    symlinkSync(precious(), link);
    expect(() => openToWrite(link, mode)).toThrow(/ELOOP|EEXIST/);
    expect(readFileSync(link, 'utf8')).toBe('precious');
  });

  it('is not made by a symbolic link that leads nowhere', () => {
    asShared();
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'report.xml'));
    expect(() => openToWrite(join(folder, 'report.xml'), 'fresh')).toThrow('ELOOP');
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
  });

  it('is not written under its second name', () => {
    asShared();
    const other = join(folder, 'report.xml');
    linkSync(precious(), other);
    expect(() => openToWrite(other, 'fresh')).toThrow('not a regular file under one name');
    expect(readFileSync(other, 'utf8')).toBe('precious');
  });

  it('is not a FIFO that waits for a reader', () => {
    asShared();
    execaSync('mkfifo', [join(folder, 'report.xml')]);
    expect(() => openToWrite(join(folder, 'report.xml'), 'fresh')).toThrow('ENXIO');
  });
});

it('follows a link in a folder of the user alone', () => {
  const link = join(folder, 'report.xml');
  symlinkSync(precious(), link);
  closeSync(openToWrite(link, 'fresh'));
  expect(readFileSync(link, 'utf8')).toBe('');
});

it.each(['/proc/kmsg', '/proc/self/pagemap', '/dev/zero', '/proc/self/fd'])('refuses to read %s to its end', (path) => {
  expect(readFileText(path, 1 << 20)).toMatchObject({ kind: 'refused' });
});

it.each(['/proc/kmsg', '/proc/self/pagemap'])('refuses %s, which has no end, and does not wait for it', (path) => {
  expect(readSavedBytes([path]).kind).toBe('refused');
});
