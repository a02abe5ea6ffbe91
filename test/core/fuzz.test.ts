import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fuzz, TARGETS } from './parser-fuzz.ts';

/** Texts that once made one of them throw, or go on for ever. */
const KEPT: readonly string[] = [
  readFileSync(new URL('../e2e/attack/ss-cut.txt', import.meta.url), 'latin1'),
  'LISTEN 0 5 127    0',
  `/tmp/${'a/'.repeat(2000)}f`,
  '\n'.repeat(100_000),
  `${' '.repeat(300)}x${' '.repeat(80)}`,
];

it.each(Object.entries(TARGETS))('%s takes what once was too much', (_, run) => {
  for (const text of KEPT) {
    const before = process.cpuUsage();
    expect(() => run(text)).not.toThrow();
    const { user, system } = process.cpuUsage(before);
    expect(user + system).toBeLessThan(500_000);
  }
});

it('no reader of foreign text throws or takes long, whatever it is given', () => {
  expect(fuzz(2000, Date.now()).failures).toEqual([]);
});
