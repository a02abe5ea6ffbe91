import { expect, test } from 'vitest';
import { hashOf } from '../../src/app/page-assets.ts';
import { renderInspectionHtml } from '../../src/report/inspection/html.ts';
import { CASES } from './cases.ts';

const NAMES = Object.keys(CASES).filter((name): name is keyof typeof CASES => name in CASES);

const render = (name: keyof typeof CASES): string => [...renderInspectionHtml([CASES[name]()], hashOf)].join('');

test.each(NAMES)('the case %s is a page without a script, a link or foreign markup', (name) => {
  const html = render(name);
  expect(html).toMatch(/<h1><b class="[a-z-]+">(?:LEAK|FULL|SUSPECT|CANNOT TELL|OK)<\/b>/);
  expect(html).not.toMatch(/<script|<img|<a |<[a-z][^>]*\b(?:src|href|on\w+)=/);
  expect(html.split('').filter((one) => (one < ' ' && one !== '\n') || one === '\u202e')).toEqual([]);
  expect(html.match(/<(?:table|details|ul|h1)\b/g)?.length).toBe(html.match(/<\/(?:table|details|ul|h1)>/g)?.length);
});

test('a page names the places and what to do, and lets its own style alone apply', () => {
  const html = render('leaked');
  expect(html).toContain('accepted on');
  expect(html).toContain('fdleak explain orphaned-sockets');
  const [, style = ''] = /<style>([^]*)<\/style>/.exec(html) ?? [];
  expect(html).toContain(`style-src ${hashOf(style)}"`);
  expect(html).toContain("default-src 'none'");
});

test('neither the command line nor 20,000 descriptors go into a page', () => {
  expect(render('leaked')).not.toContain('-wd');
  expect(render('huge').length).toBeLessThan(2_000_000);
});
