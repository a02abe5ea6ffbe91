import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { expect, it } from 'vitest';
import { makeFolder, mustWrite } from '../store/temporary.ts';
import { aLife, aLook, aSample, aSegment, aTick, START } from '../store/tick-builder.ts';
import { fdleak } from './fdleak.ts';

async function writeHistory(): Promise<string> {
  const path = join(makeFolder(), 'h.db');
  const writer = await mustWrite(path);
  const ticks = Array.from({ length: 200 }, (_, n) => {
    const place = { '<script>alert(1)</script>': 10 + n, pipe: 5 };
    const sample = aSample({ at: START + n * 10_000, open: 15 + n, full: aLook({ byPlace: place, moved: {} }) });
    const life = aLife({ id: n + 1, fd: n, kind: 'file', place: '<script>alert(1)</script>', firstSeen: sample.at });
    return aTick({ sample, lives: [life], segments: n === 0 ? [aSegment({ comm: '<script>' })] : [] });
  });
  writer.commit(ticks);
  writer.close();
  return path;
}

it(
  'shows a history in a browser: charts that can be hovered, in both schemes and any width',
  { timeout: 120_000, tags: ['chromium'] },
  async () => {
    const path = await writeHistory();
    const page = `${path}.html`;
    const { stderr } = await fdleak(['report', path, '--html', page]);
    expect(stderr).toContain(`written: ${page}`);
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
    try {
      for (const [colorScheme, width] of [
        ['light', 1200],
        ['dark', 1200],
        ['light', 400],
      ] as const) {
        const tab = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
        const troubles: string[] = [];
        tab.on('console', (message) => troubles.push(message.text()));
        tab.on('pageerror', ({ message }) => troubles.push(message));
        tab.on('dialog', (dialog) => troubles.push(dialog.message()));
        await tab.goto(`file://${page}`);
        await tab.waitForSelector('html[data-charts="2"]', { state: 'attached' });
        expect(await tab.title()).toContain('<script>');
        const wider = await tab.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect(wider).toBeLessThanOrEqual(0);
        const background = await tab.evaluate('getComputedStyle(document.body).backgroundColor');
        expect(background).toBe(colorScheme === 'dark' ? 'rgb(21, 24, 28)' : 'rgb(255, 255, 255)');
        await tab.hover('#count .u-over', { position: { x: 100, y: 50 } });
        await expect.poll(() => tab.textContent('#count .u-legend')).toMatch(/open\d+/);
        expect(troubles).toEqual([]);
        await tab.close();
      }
    } finally {
      await browser.close();
    }
  },
);

it('shows an inspection in a browser, without a script', { timeout: 120_000, tags: ['chromium'] }, async () => {
  const page = join(makeFolder(), 'inspection.html');
  const { stderr, stdout } = await fdleak(['inspect', `${process.pid}`, '--settle', '0', '--html', page]);
  expect(stderr).toContain(`written: ${page}`);
  expect(stdout).toContain(`pid ${process.pid}`);
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const tab = await browser.newPage({ colorScheme: 'dark', viewport: { width: 400, height: 900 } });
    const troubles: string[] = [];
    tab.on('console', (message) => troubles.push(message.text()));
    await tab.goto(`file://${page}`);
    expect(await tab.textContent('h1')).toMatch(/^(?:LEAK|FULL|SUSPECT|CANNOT TELL|OK) /);
    expect(await tab.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(21, 24, 28)');
    expect(await tab.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect(await tab.textContent('table')).toContain('count');
    expect(troubles).toEqual([]);
  } finally {
    await browser.close();
  }
});
