import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { renderPage } from '../../src/report/page.ts';
import { PLAIN } from '../../src/report/text/style.ts';
import { measureWidth } from '../../src/report/text/width.ts';

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));
const pages = ['findings', 'topics'].flatMap((folder) =>
  readdirSync(`${DOCS}${folder}`).map((name) => `${folder}/${name}`),
);

it('shows headings, items and tables without their marks', () => {
  const page =
    '# near-limit\n\n## What it means\n\n* one\n  more\n* two\n\n| a | b |\n| --- | --- |\n| long one | 2 |\n';

  expect(renderPage(page, { paint: PLAIN, columns: 80 })).toBe(
    'NEAR-LIMIT\n\nWhat it means\n\n  • one more\n  • two\n\na         b\nlong one  2\n',
  );
});

it.each(pages)('fits %s into 80 columns, but for commands', (name) => {
  const text = renderPage(readFileSync(`${DOCS}${name}`, 'utf8'), { paint: PLAIN, columns: 80 });
  const wide = text
    .split('\n')
    .filter((line) => measureWidth(line) > 80 && !line.startsWith('    ') && !line.includes('`'));

  expect(wide).toEqual([]);
});
