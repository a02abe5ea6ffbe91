import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ROOT } from '../project/root.ts';

export const BINARY = join(ROOT, 'dist-bin/fdleak-linux-x64');

/** `npm run build:binary`, for this machine or the one that is named. */
export function buildBinary(...target: string[]): void {
  execFileSync(process.execPath, [join(ROOT, 'scripts/build-binary.js'), ...target]);
}

export function makeFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `fdleak-${name}-`));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder with the single file and the parts of glibc that it is linked with: no shell, no /dev, no /tmp. */
export function makeRoot(): string {
  const root = makeFolder('root');
  for (const path of execFileSync('ldd', [BINARY], { encoding: 'utf8' }).match(/\/\S+/g) ?? []) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    copyFileSync(path, join(root, path));
  }
  copyFileSync(BINARY, join(root, 'fdleak'));
  for (const name of ['proc', 'sys', 'history']) mkdirSync(join(root, name));
  return root;
}
