import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { FINDING_IDS } from '../../src/core/diagnose/index.ts';
import { TOPICS } from '../../src/core/explain/glossary.ts';
import { VERSION } from '../../src/version.ts';
import { readText, ROOT } from './root.ts';

const manifest: { version: string; dependencies: Record<string, string>; devDependencies: Record<string, string> } =
  JSON.parse(readText('package.json'));

test('the version that the program prints is that of the package', async () => {
  const { stdout } = await execa(process.execPath, [`${ROOT}bin/fdleak.js`, '--version']);
  expect([VERSION, stdout]).toEqual([manifest.version, manifest.version]);
});

test('the changelog begins with the version of the package', () => {
  expect(/^## (\S+)/m.exec(readText('CHANGELOG.md'))?.[1]).toBe(manifest.version);
});

test('every dependency is pinned, and has its paragraph in decision 2', () => {
  const decision = readText('docs/decisions/0002-dependencies.md');
  const all = { ...manifest.dependencies, ...manifest.devDependencies };
  for (const [name, version] of Object.entries(all)) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    if (!name.startsWith('@types/')) expect(decision).toContain(`**${name}**`);
  }
});

describe('what npm would publish', () => {
  let packed: { unpackedSize: number; files: { path: string; size: number }[] };

  beforeAll(async () => {
    const { stdout } = await execa('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT });
    [packed] = JSON.parse(stdout);
  });

  const paths = (): string[] => packed.files.map(({ path }) => path);

  test('holds the program and every page that explain prints', () => {
    const pages = [...FINDING_IDS.map((id) => `docs/findings/${id}.md`), ...TOPICS.map((id) => `docs/topics/${id}.md`)];
    expect(paths()).toEqual(
      expect.arrayContaining([
        'bin/fdleak.js',
        'bin/package.json',
        'dist/bin/main.cjs',
        'LICENSE',
        'README.md',
        ...pages,
      ]),
    );
  });

  test('holds all that the library and its types import', () => {
    const all = new Set(paths());
    const found = new Set(['dist/index.js', 'dist/vitest.js', 'dist/index.d.ts', 'dist/vitest.d.ts']);
    for (const path of found) {
      // What is added meanwhile is gone through as well.
      for (const [, name = ''] of readText(path).matchAll(/(?:from|import)\s*\(?['"](\.[^'"]+)['"]/g)) {
        const to = join(dirname(path), name);
        found.add(path.endsWith('.d.ts') ? to.replace(/(?:\.d)?\.[jt]s$/, '.d.ts') : to);
      }
    }
    expect(found.size).toBeGreaterThan(300);
    expect([...found].filter((path) => !all.has(path))).toEqual([]);
  });

  test('holds nothing else, and nothing large', () => {
    const strange = paths().filter(
      (path) =>
        !/^(bin|dist|docs\/findings|docs\/topics)\/|^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(path),
    );
    expect(strange).toEqual([]);
    expect(packed.files.filter(({ size }) => size > 300_000)).toEqual([]);
    expect(packed.unpackedSize).toBeLessThan(4_400_000);
  });
});

test('without the optional dependency it installs, runs, and says that the autopsy is missing', async () => {
  const folder = mkdtempSync(join(placeWithoutKoffi(), 'fdleak-without-koffi-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const part of ['package.json', 'package-lock.json', 'bin', 'dist', 'docs']) {
    cpSync(`${ROOT}${part}`, join(folder, part), { recursive: true });
  }
  await execa('npm', ['ci', '--omit=optional', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund'], {
    cwd: folder,
  });
  const args = ['inspect', `${process.pid}`, '--json', '--settle', '0'];
  const { stdout } = await execa(process.execPath, [join(folder, 'bin/fdleak.js'), ...args], { reject: false });
  expect(JSON.parse(stdout).capability).toMatchObject({
    level: 'sockets',
    missing: [
      { what: 'probing of sockets in no table (autopsy)', remedy: expect.stringContaining('npm install koffi') },
    ],
  });
});

/** Node looks for packages in every folder above; somebody may have put some beside the temporary files. */
function placeWithoutKoffi(): string {
  const places = [tmpdir(), '/var/tmp', '/dev/shm'];
  const place = places.find((one) => !existsSync(join(one, 'node_modules/koffi')));
  if (place === undefined) throw new Error(`koffi is installed in each of ${places.join(', ')}: remove it there`);
  return place;
}
