import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FINDING_IDS } from '../../src/core/diagnose/index.ts';
import { ROOT } from './root.ts';

/** What each new thing costs: the files of src that know of one that is there. Saved text of others is another matter. */
const COSTS = [
  ['a kind of descriptor: two edits', /'userfaultfd'/, ['core/model/descriptor.ts', 'core/parse/proc-fd-link.ts']],
  ['a source: a file and a line', /\bnetstat\b/, ['core/sources/netstat.ts', 'core/sources/registry.ts']],
  [
    'a finding: a file and a line',
    /\bEPOLL_STALE\b|'epoll-stale'/,
    ['core/diagnose/epoll-stale.ts', 'core/diagnose/index.ts'],
  ],
  ['a command: a file and a line', /\baddLimits\b/, ['cli/commands/limits.ts', 'cli/program.ts']],
  [
    'a format: a file and a line',
    /\brenderMarkdown\b/,
    ['report/inspection/formats.ts', 'report/inspection/markdown.ts'],
  ],
  [
    'a format of assertions: a file and a line',
    /\brenderTap\b/,
    ['report/assertion/formats.ts', 'report/assertion/tap.ts'],
  ],
] as const;

const NOT_COUNTED = /^core\/(saved|parse\/netstat|model\/birth-calls)/;

const files = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => [path, readFileSync(`${ROOT}src/${path}`, 'utf8')] as const);

/** Comments may speak of anything. */
const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

test.each(COSTS)('%s', (_, name, expected) => {
  const knowing = files.filter(([path, text]) => !NOT_COUNTED.test(path) && name.test(withoutComments(text)));
  expect(knowing.map(([path]) => path).toSorted()).toEqual(expected);
});

test('a finding has a page', () => {
  expect(FINDING_IDS.filter((id) => !existsSync(`${ROOT}docs/findings/${id}.md`))).toEqual([]);
});

test('no file of src has more than 220 lines, and half of them no more than 55', () => {
  const lengths = files
    .map(([path, text]) => [text.split('\n').length - 1, path] as const)
    .toSorted(([a], [b]) => a - b);
  expect(lengths.filter(([lines]) => lines > 220)).toEqual([]);
  expect(lengths[Math.floor(lengths.length / 2)]?.[0]).toBeLessThanOrEqual(55);
});
