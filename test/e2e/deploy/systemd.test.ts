/** @module-tag systemd-analyze strace */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { RUN } from '../fdleak.ts';
import { makeFolder, readKit } from './kit.ts';

const UNIT = 'systemd/fdleak-serve.service';

/** What `systemd-analyze` says of the unit after `change`; the program it starts need not be installed. */
async function analyze(args: readonly string[], change = (text: string): string => text) {
  const path = join(makeFolder(), 'fdleak-serve.service');
  writeFileSync(path, change(readKit(UNIT).replace('/usr/bin/fdleak', '/bin/true')));
  return await execa('systemd-analyze', [...args, path], { reject: false, all: true });
}

test('systemd finds nothing to say about the unit, but does about a misspelt key', async () => {
  const verify = ['verify', '--man=no'];
  expect(await analyze(verify)).toMatchObject({ exitCode: 0, all: '' });
  // The status is 0 all the same.
  expect((await analyze(verify, (text) => text.replace('ProtectHome', 'ProtectHomes'))).all).toContain("ProtectHomes'");
});

test('its exposure is at most 2.5 of 10, and more without its fences', async () => {
  const security = ['security', '--offline=true', '--threshold=25'];
  expect((await analyze(security)).exitCode).toBe(0);
  expect((await analyze(security, (text) => text.replaceAll(/^(Protect|Restrict|SystemCall).*$/gm, ''))).exitCode).toBe(
    1,
  );
});

test('it allows every system call that a scan and its metrics need', async () => {
  const [, filter = ''] = /^SystemCallFilter=(.*)$/m.exec(readKit(UNIT)) ?? [];
  const [allowed, allowedWithoutSet] = [new Set<string>(), new Set<string>()];
  for (const word of filter.split(' ')) await allow(word, allowed);
  for (const word of filter.split(' ').slice(1)) await allow(word, allowedWithoutSet);
  const trace = join(makeFolder(), 'trace');
  const serve = [
    'timeout',
    '-s',
    'TERM',
    '8',
    ...RUN,
    'serve',
    '--listen',
    '127.0.0.1:0',
    '--interval',
    '2s',
    '--min',
    '1',
  ];
  await execa('strace', ['-f', '-qq', '-o', trace, ...serve], { reject: false });
  const called = new Set(
    [...readFileSync(trace, 'utf8').matchAll(/^\d+ +([a-z_0-9]+)\(/gm)].map(([, name = '']) => name),
  );
  const findForbidden = (known: ReadonlySet<string>): string[] => [...called].filter((name) => !known.has(name));
  expect(findForbidden(allowed)).toEqual([]);
  expect(findForbidden(allowedWithoutSet)).toContain('openat');
});

/** Adds a system call, or those of a set with the sets in it. */
async function allow(word: string, allowed: Set<string>): Promise<void> {
  if (!word.startsWith('@')) {
    allowed.add(word);
    return;
  }
  const { stdout } = await execa('systemd-analyze', ['syscall-filter', '--no-pager', word]);
  for (const line of stdout.split('\n').slice(1)) {
    const name = line.trim();
    if (name !== '' && !name.startsWith('#')) await allow(name, allowed);
  }
}
