import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { ROOT } from './root.ts';

/** The bundled packages, by what stands in no other: the bundle has no comments that would name them. */
const BUNDLED = {
  chalk: 'option should be an integer from 0 to 3',
  'cli-table3': 'truncateWidthWithAnsi',
  execa: 'was killed with',
} as const;

/** Everything that V8 compiled for `fdleak …`: its coverage names each script, CommonJS or module. */
async function loadedBy(args: readonly string[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-loaded-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  await execa(process.execPath, [`${ROOT}bin/fdleak.js`, ...args], {
    reject: false,
    env: { NODE_V8_COVERAGE: folder },
  });
  return readdirSync(folder).flatMap((file) => {
    const { result }: { result: { url: string }[] } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    return result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
  });
}

/** The packages among what was loaded, from node_modules and from chunks. */
function packagesIn(urls: readonly string[]): ReadonlySet<string> {
  const packages = new Set<string>();
  for (const url of urls) {
    const [, name] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? [];
    if (name !== undefined) packages.add(name);
    if (!url.includes('/dist/bin/')) continue;
    const text = readFileSync(new URL(url), 'utf8');
    for (const [bundled, sign] of Object.entries(BUNDLED)) if (text.includes(sign)) packages.add(bundled);
  }
  return packages;
}

const self = `${process.pid}`;

test('inspect --json from /proc and the autopsy loads no package for terminals, tools or histories', async () => {
  const packages = packagesIn(await loadedBy(['inspect', self, '--json', '--sources', 'proc,autopsy']));
  expect([...packages].filter((name) => !name.includes('koffi'))).toEqual([]);
});

test('the loaded packages are seen where they are loaded, so that the test above can fail', async () => {
  const packages = packagesIn(await loadedBy(['inspect', self, '--sources', 'proc,prlimit', '--color', 'always']));
  for (const name of ['chalk', 'cli-table3', 'execa']) expect(packages).toContain(name);
});

test('limits and explain load no native code', async () => {
  const packages = [...packagesIn(await loadedBy(['limits', self])), ...packagesIn(await loadedBy(['explain']))];
  expect(packages.filter((name) => name.includes('koffi') || name === 'libsql')).toEqual([]);
});

test('a history is read at the first run and at the next, which takes what V8 compiled at the first', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-twice-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const env = { HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') };
  const run = async (...args: readonly string[]): Promise<{ exitCode?: number | undefined; stderr: string }> =>
    await execa(process.execPath, [`${ROOT}bin/fdleak.js`, ...args], { reject: false, env });
  const history = join(folder, 'h.db');
  for (const count of ['1', '2']) {
    const watched = await run('watch', self, '--samples', count, '--interval', '100ms', '-q', '--history', history);
    expect(watched.stderr).not.toContain('rror');
    const { exitCode, stderr } = await run('report', history);
    expect([exitCode, stderr]).toEqual([0, '']);
  }
  expect(readdirSync(join(folder, 'cache', 'fdleak')).length).toBeGreaterThan(0);
});
