import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fdleak, IS_SINGLE_FILE, type Ran } from './fdleak.ts';

/** A watch in whose process that code runs first. */
async function watchAfter(code: string): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-unexpected-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'first.cjs');
  writeFileSync(file, code);
  const env = IS_SINGLE_FILE ? { BUN_OPTIONS: `--preload=${file}` } : { NODE_OPTIONS: `--require=${file}` };
  return await fdleak(['watch', `${process.pid}`, '--duration', '8s', '--no-history'], { env });
}

describe('an error that nothing waits for', () => {
  it.each([
    { where: 'thrown by a timer', code: "setTimeout(() => { throw new Error('mislaid') }, 1000)" },
    { where: 'of a promise', code: "setTimeout(() => Promise.reject(new Error('mislaid')), 1000)" },
  ])('is told as a bug of fdleak, with its stack and status 70: $where', async ({ code }) => {
    const { exitCode, stderr } = await watchAfter(code);
    expect(stderr).toMatch(/^fdleak: internal error, please report it: Error: mislaid\n +at .*first\.cjs/m);
    expect(exitCode).toBe(70);
  });

  it('is told as a lack where something is short, with status 3', async () => {
    const error = "Object.assign(new Error('no more'), { code: 'EMFILE' })";
    const { exitCode, stderr } = await watchAfter(`setTimeout(() => { throw ${error} }, 1000)`);
    expect(stderr).toMatch(/^fdleak: cannot go on here: EMFILE: /m);
    expect(exitCode).toBe(3);
  });
});
