import { execa } from 'execa';
import { expect, test } from 'vitest';
import { ROOT } from './root.ts';

test('the quickstart shows 40 certain leaks of a real process and leaves no process behind', async () => {
  const { stdout, exitCode } = await execa(process.execPath, [`${ROOT}scripts/quickstart.js`], { reject: false });
  expect(stdout).toMatch(/^LEAK /m);
  expect(stdout).toMatch(/40 of \d+ descriptors are connections that are over and were never closed/);
  expect(stdout).toMatch(/40 {2}dead tcp +accepted on 127\.0\.0\.1:\d+/);
  expect(stdout).toContain('/proc, lsof and ss agree');
  expect(exitCode).toBe(0);
  const [, pid] = /pid (\d+)\.$/m.exec(stdout) ?? [];
  await expect.poll(() => isAlive(Number(pid))).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
