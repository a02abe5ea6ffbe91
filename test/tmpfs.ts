import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { onTestFinished, type TestContext } from 'vitest';

/** Mounts a file system of its own, of so many bytes (`64k`, `4m`), in `folder`, until the test ends. Only root may: others skip. */
export function mountTmpfs({ skip }: Pick<TestContext, 'skip'>, folder: string, size: string): string {
  if (process.getuid?.() !== 0) skip('needs root, to mount a tmpfs');
  const path = join(folder, 'small');
  mkdirSync(path);
  const options = ['-t', 'tmpfs', '-o', `size=${size}`, 'fdleak-test', path];
  const { exitCode, stderr } = execaSync('mount', options, { reject: false });
  // Root of a container may be without CAP_SYS_ADMIN.
  if (exitCode !== 0 && /permission denied|not permitted/i.test(stderr)) skip(`needs the right to mount: ${stderr}`);
  if (exitCode !== 0) throw new Error(`mount: ${stderr}`);
  onTestFinished(() => {
    execaSync('umount', ['--lazy', path], { reject: false });
  });
  return path;
}
