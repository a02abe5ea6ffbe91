/** @module-tag lintian make unshare */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { ROOT } from '../project/root.ts';

const { version }: { version: string } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
const PACKAGE = join(ROOT, `dist-bin/fdleak_${version}_amd64.deb`);

beforeAll(() => {
  if (!existsSync(join(ROOT, 'dist-bin/fdleak-linux-x64')))
    execFileSync(process.execPath, [join(ROOT, 'scripts/build-binary.js')]);
  execFileSync(join(ROOT, 'deploy/debian/build.sh'), { env: { ...process.env, DPKG_DEB_COMPRESSOR_TYPE: 'none' } });
}, 600_000);

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-deb-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What lintian has to say that is no mere information, nor of the test, which leaves out the compression. */
async function judge(path: string): Promise<string[]> {
  const { stdout } = await execa('lintian', ['--allow-root', path], { reject: false });
  return stdout.split('\n').filter((line) => /^[EW]: (?!\S+ uses-no-compression)/.test(line));
}

test('lintian has nothing to say of the package, and of one without its overrides what they are for', async () => {
  expect(await judge(PACKAGE)).toEqual([]);
  const folder = makeFolder();
  const bare = join(folder, 'bare.deb');
  await execa('dpkg-deb', ['-R', PACKAGE, join(folder, 'root')]);
  rmSync(join(folder, 'root/usr/share/lintian'), { recursive: true });
  await execa('dpkg-deb', ['--root-owner-group', '-Znone', '--build', join(folder, 'root'), bare]);
  const tags = (await judge(bare)).map((line) => line.split(' ')[2]).filter((tag) => tag !== undefined);
  expect(tags).toEqual(
    expect.arrayContaining([
      'unstripped-binary-or-object',
      'embedded-library',
      'hardening-no-pie',
      'hardening-no-relro',
    ]),
  );
}, 600_000);

test('it is installed into a root of its own, runs there, and is taken away whole', async () => {
  const root = makeFolder();
  const dpkg = (...args: string[]) =>
    execa('dpkg', [`--root=${root}`, '--force-not-root', '--force-depends', '--log=/dev/null', ...args]);
  for (const name of ['info', 'updates', 'triggers']) await execa('mkdir', ['-p', join(root, 'var/lib/dpkg', name)]);
  await execa('touch', [join(root, 'var/lib/dpkg/status')]);
  await dpkg('-i', PACKAGE);
  expect((await execa(join(root, 'usr/bin/fdleak'), ['-V'])).stdout).toContain(version);
  for (const path of [
    'usr/share/man/man1/fdleak-inspect.1.gz',
    'usr/share/bash-completion/completions/fdleak',
    'usr/share/zsh/vendor-completions/_fdleak',
    'usr/share/fish/vendor_completions.d/fdleak.fish',
    'lib/systemd/system/fdleak-serve.service',
    'usr/share/doc/fdleak/copyright',
    'usr/share/doc/fdleak/THIRD-PARTY.md.gz',
    'usr/share/doc/fdleak/fdleak.cdx.json',
  ])
    expect(existsSync(join(root, path)), path).toBe(true);
  await dpkg('-P', 'fdleak');
  expect(existsSync(join(root, 'usr/bin/fdleak'))).toBe(false);
  expect(existsSync(join(root, 'usr/share/doc/fdleak'))).toBe(false);
}, 600_000);

test('THIRD-PARTY names every part of Bun, the commit of WebKit, and how to relink; the bill of materials the same parts', () => {
  const notice = readFileSync(join(ROOT, 'dist-bin/THIRD-PARTY.md'), 'utf8');
  for (const part of ['WebKit', 'tinycc', 'boringssl', 'mimalloc', 'ICU', 'c-ares'])
    expect(notice).toContain(`| ${part}`);
  expect(notice).toMatch(/check out [0-9a-f]{40}\. Change it/);
  expect(notice).toContain('GNU LIBRARY GENERAL PUBLIC LICENSE');
  expect(notice).toContain('GNU LESSER GENERAL PUBLIC LICENSE');
  expect(notice).toContain('\ncommander 14.');
  const bill: { components: { name: string }[] } = JSON.parse(
    readFileSync(join(ROOT, 'dist-bin/fdleak.cdx.json'), 'utf8'),
  );
  const names = bill.components.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['commander', 'WebKit, JavaScriptCore and WTF', 'tinycc', 'bun']));
});
