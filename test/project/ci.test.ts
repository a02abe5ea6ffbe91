import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { readText, ROOT } from './root.ts';

const FOLDERS = ['test/long', 'test/e2e/soak'];

/** `test/long/recipes.test.ts`, as vitest's filters see it. */
const longTests = FOLDERS.flatMap((folder) =>
  readdirSync(`${ROOT}${folder}`)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name}`),
);

const [, filters = ''] = /npm run test:long -- ((?:[^\n]*\\\n)*[^\n]*)/.exec(readText('.ci/run')) ?? [];
const chosen = filters.split(/[\s\\]+/).filter((filter) => filter !== '');

test('CI runs each long test, or CONTRIBUTING says why not', () => {
  const [, table = ''] = readText('CONTRIBUTING.md').split('Left out, and why:');
  const leftOut = new Set([...table.split('\n## ')[0]!.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name!));
  const isChosen = (file: string): boolean => chosen.some((filter) => file.includes(filter));

  expect(chosen.filter((filter) => longTests.filter((file) => file.includes(filter)).length !== 1)).toEqual([]);
  expect(longTests.filter((file) => isChosen(file) === leftOut.has(basename(file, '.test.ts')))).toEqual([]);
});
