import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitCommand } from '../../../src/core/alert/split-command.ts';

it.each([
  { text: 'notify', words: ['notify'] },
  { text: '  notify   --to ops ', words: ['notify', '--to', 'ops'] },
  { text: "notify --to 'on call'", words: ['notify', '--to', 'on call'] },
  { text: 'notify "a \\"b\\" c"', words: ['notify', 'a "b" c'] },
  { text: 'a\\ b', words: ['a b'] },
  { text: "pre'fix 'post", words: ['prefix post'] },
  { text: "''", words: [''] },
  { text: 'echo $HOME; rm *', words: ['echo', '$HOME;', 'rm', '*'] },
  { text: '', words: [] },
  { text: "never 'closed", words: null },
  { text: 'never "closed', words: null },
])('splits $text into $words', ({ text, words }) => {
  expect(splitCommand(text)).toEqual(words);
});

it('gives back any words that were quoted', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), (words) => {
      const line = words.map((word) => `'${word.replaceAll("'", `'"'"'`)}'`).join(' ');
      expect(splitCommand(line)).toEqual(words);
    }),
  );
});
