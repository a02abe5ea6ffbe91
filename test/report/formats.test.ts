import { expect, test } from 'vitest';
import { FORMATS, renderInspections } from '../../src/report/inspection/formats.ts';
import { aStyle, CASES } from './cases.ts';

test.each(FORMATS)('the format %s renders one inspection and several', async (format) => {
  const one = [...(await renderInspections(format, [CASES.leaked()], aStyle()))].join('');
  const two = [...(await renderInspections(format, [CASES.leaked(), CASES.healthy()], aStyle()))].join('');

  expect(one.endsWith('\n')).toBe(true);
  expect(two.endsWith('\n')).toBe(true);
  expect(two).toContain('gshell');
  expect(two).toContain('app');
});
