/** @module-tag buildah unshare */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { ROOT } from '../project/root.ts';

const BINARY = join(ROOT, 'dist-bin/fdleak-linux-x64');

test(
  'the image is built from nothing, and sees the processes of the host in a chroot of its root',
  { timeout: 600_000 },
  async () => {
    if (!existsSync(BINARY)) execFileSync(process.execPath, [join(ROOT, 'scripts/build-binary.js')]);
    const folder = mkdtempSync(join(tmpdir(), 'fdleak-image-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    await execa(join(ROOT, 'deploy/container/rootfs.sh'), [join(folder, 'context/rootfs'), BINARY]);
    cpSync(join(ROOT, 'deploy/container/Containerfile'), join(folder, 'Containerfile'));
    const store = ['--storage-driver', 'vfs', '--root', join(folder, 'store'), '--runroot', join(folder, 'run')];
    const buildah = async (...args: string[]): Promise<string> => (await execa('buildah', [...store, ...args])).stdout;
    await buildah(
      'build',
      '--isolation',
      'chroot',
      '-t',
      'fdleak',
      '-f',
      join(folder, 'Containerfile'),
      join(folder, 'context'),
    );
    const container = await buildah('from', 'fdleak');
    const root = await buildah('mount', container);
    // The single file and glibc: no shell, no libstdc++.
    expect(readdirSync(root).toSorted()).toEqual(['fdleak', 'lib', 'lib64', 'proc']);
    const script = 'mount -t proc proc "$0/proc" && exec chroot "$0" /fdleak inspect "$1" --settle 0 --json';
    const { stdout } = await execa('unshare', ['-m', 'sh', '-c', script, root, `${process.pid}`], { reject: false });
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'fdleak.inspection/1', process: { pid: process.pid } });
    await buildah('rm', container);
  },
);

test.each([
  ['ENTRYPOINT', 'ENTRYPOINTS', /Unknown instruction/i],
  ['COPY rootfs/', 'COPY rootfz/', /no such file|no items/],
])('with %s misspelt as %s there is no image', async (from, to, said) => {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-image-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'rootfs'));
  writeFileSync(join(folder, 'rootfs/fdleak'), '');
  const text = readFileSync(join(ROOT, 'deploy/container/Containerfile'), 'utf8');
  const build = async (containerfile: string) => {
    writeFileSync(join(folder, 'Containerfile'), containerfile);
    const store = ['--storage-driver', 'vfs', '--root', join(folder, 'store'), '--runroot', join(folder, 'run')];
    return await execa('buildah', [...store, 'build', '--isolation', 'chroot', folder], { reject: false, all: true });
  };
  expect((await build(text)).exitCode).toBe(0);
  const { exitCode, all } = await build(text.replace(from, to));
  expect(exitCode).not.toBe(0);
  expect(all).toMatch(said);
});
