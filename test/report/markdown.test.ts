import { expect, test } from 'vitest';
import { toCodeSpan, toProse, toRow } from '../../src/report/text/markdown-escape.ts';
import { renderMarkdown } from '../../src/report/inspection/markdown.ts';
import { CASES } from './cases.ts';

const NAMES = Object.keys(CASES).filter((name): name is keyof typeof CASES => name in CASES);

test.each(NAMES)('the case %s looks as in its transcript', async (name) => {
  await expect([...renderMarkdown([CASES[name]()])].join('')).toMatchFileSnapshot(`transcripts/${name}.md`);
});

test.each([
  ['HTML', '<img src=x>', String.raw`\<img src=x\>`],
  ['emphasis and links', '*a* _b_ [c](d)', String.raw`\*a\* \_b\_ \[c\](d)`],
  ['a mention', 'ask @everyone', 'ask `@everyone`'],
  ['a command of ours', 'run `prlimit --pid 1_2` now', 'run `prlimit --pid 1_2` now'],
  ['HTML between runs of backquotes', '``a`b``<img>`c', '\\`\\`a\\`b\\`\\`\\<img\\>\\`c'],
  ['a lone backquote', 'a ` b', 'a \\` b'],
])('%s in a sentence is no markup', (_, text, shown) => {
  expect(toProse(text)).toBe(shown);
});

test('a code span holds backquotes', () => {
  expect(toCodeSpan('a`b``c')).toBe('``` a`b``c ```');
});

test('a bar does not end the cell of a table', () => {
  expect(toRow(['a|b', 'c'])).toBe('| a\\|b | c |\n');
});

test('neither the host nor the command line goes into an issue', () => {
  const text = [...renderMarkdown([CASES.leaked()])].join('');

  expect(text).not.toContain('micro-server');
  expect(text).not.toContain('-wd');
});

test('a document with 8,506 descriptors fits into one comment of GitHub, and says what it left out', () => {
  const text = [...renderMarkdown([CASES.huge()])].join('');

  expect(text.length).toBeLessThan(65_536);
  expect(text).toContain('250 of 8506, the suspects first; --json has all');
});

test('no foreign text reaches the issue unescaped', () => {
  const text = [...renderMarkdown([CASES.hostile()])].join('');

  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  expect(text.split('<details>')[0]).not.toMatch(/(?<![\\`].*)<img/);
});
