import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Fields that hold sentences for people: `because`, `title` … What a program must know of them stands beside them as data. */
const PROSE = '(?:because|title|evidence|sentence|advice|remedy|trouble|meaning)';
/** Splitting lines and escaping are layout. */
const READS = String.raw`(?:match|matchAll|includes|startsWith|endsWith|search|indexOf|lastIndexOf|replace(?!All)|split\((?!'\\n'))`;
const PARSED = new RegExp(String.raw`\b${PROSE}\)?(?:\?|\])?\.${READS}|\.(?:test|exec)\((?:[^()]*\.)?${PROSE}\b`);

const source = new URL('../../src/', import.meta.url);

it.each([
  "const base = `${verdict.because.replace(/; [^;]*$/, '')}`;",
  "if (because.startsWith('not chosen')) return;",
  "missing.filter(({ remedy }) => remedy.includes('koffi'))",
  'const [, port] = /:(\\d+)/.exec(finding.title) ?? [];',
  'if (/autopsy/.test(because)) return;',
  "finding?.advice?.split('; ')",
])('knows a sentence that is parsed: %s', (line) => {
  expect(line).toMatch(PARSED);
});

it('parses no sentence that this program wrote', () => {
  const found = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) =>
      readFileSync(new URL(name, source), 'utf8')
        .split('\n')
        .flatMap((line, at) => (PARSED.test(line) ? [`${name}:${at + 1}: ${line.trim()}`] : [])),
    );

  expect(found).toEqual([]);
});
