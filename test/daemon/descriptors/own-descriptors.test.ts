import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { expect, it } from 'vitest';
import { countOpenDescriptors, readSoftLimit } from '../../../src/daemon/descriptors/own-descriptors.ts';

it('counts one descriptor more after a file was opened', () => {
  const before = countOpenDescriptors() ?? 0;
  const fd = openSync('/dev/null', 'r');

  expect(countOpenDescriptors()).toBe(before + 1);
  closeSync(fd);
});

it('reads the soft limit that prlimit shows', () => {
  const shown = execFileSync('prlimit', ['--pid', `${process.pid}`, '--nofile', '-o', 'SOFT', '--noheadings'], {
    encoding: 'utf8',
  });

  expect(readSoftLimit()).toBe(Number(shown));
});
