import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explain } from '../../docs/site/explain.ts';
import { fixture } from '../lines.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const SCRIPT = fileURLToPath(new URL('../../scripts/site.js', import.meta.url));
const truth: Readonly<Record<string, { readonly tool?: string }>> = JSON.parse(fixture('saved/truth.json'));

const folder = mkdtempSync(join(tmpdir(), 'fdleak-site-'));
const path = join(folder, 'index.html');

beforeAll(() => {
  execFileSync(process.execPath, [SCRIPT, folder]);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('is one small file that may load nothing', () => {
  const html = readFileSync(path, 'utf8');
  expect(html.length).toBeLessThan(350 * 1024);
  expect(gzipSync(html).length).toBeLessThan(100 * 1024);
  expect(html).toContain("default-src 'none'; script-src 'sha256-");
  expect(html).not.toMatch(/unsafe-(?:inline|eval)|connect-src|innerHTML|localStorage|indexedDB|document\.cookie/);
});

describe.skipIf(CHROMIUM === undefined && process.env['CI'] !== 'true')('the page in Chromium', () => {
  let browser: Browser;
  let page: Page;
  const requests: string[] = [];
  const troubles: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM ?? 'chromium', args: ['--no-sandbox'] });
    page = await browser.newPage();
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => troubles.push(message.text()));
    page.on('pageerror', ({ message }) => troubles.push(message));
    page.on('dialog', (dialog) => troubles.push(dialog.message()));
    await page.goto(`file://${path}`);
  });
  afterAll(async () => {
    await browser.close();
    expect(troubles).toEqual([]);
    expect(requests.filter((url) => url !== `file://${path}` && !url.startsWith('blob:'))).toEqual([]);
  });

  async function ask(text: string): Promise<string> {
    await page.fill('#text', text);
    await page.click('#explain');
    await page.waitForSelector('#answer[data-state="read"]');
    return (await page.textContent('#answer')) ?? '';
  }

  it.each(Object.keys(truth).filter((file) => file.endsWith('.txt') || file.endsWith('.json')))(
    'says of %s what the command line says',
    async (file) => {
      const text = fixture(`saved/${file}`);
      const answer = await ask(text);
      expect(answer).toBe(explain({ text, pid: null, listDescriptors: false }).text);
      const tool = truth[file]?.tool;
      if (tool !== undefined) expect(answer).toContain(`: ${tool}`);
    },
  );

  it('says 40 sockets of the leaking daemon, and lists each when asked', async () => {
    const answer = await ask(fixture('gshell/2-after-90s/lsof.txt'));
    expect(answer).toContain('40');
    await page.check('#fds');
    await expect.poll(async () => (await page.textContent('#answer'))?.split('\n').length).toBeGreaterThan(60);
    await page.uncheck('#fds');
  });

  it('offers the processes of a listing of several', async () => {
    const two = ['7', '8'].map((pid) => `app ${pid} root 3u sock 0,9 0t0 4711 protocol: TCP`).join('\n');
    expect(await ask(two)).toContain('Choose a process');
    await page.selectOption('#pids', '8');
    await expect.poll(() => page.textContent('#answer')).toContain('pid 8');
  });

  it('shows markup of a listing as text', async () => {
    const name = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    const answer = await ask(`$ ls -l /proc/7/fd\nlrwx------ 1 a a 64 Nov 25 09:41 3 -> /srv/${name}\n`);
    expect(answer).toContain('pid 7');
    expect(await page.locator('#answer *').count()).toBe(0);
  });
});
