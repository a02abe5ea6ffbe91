/** @module-tag gcc */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { canWalkStacks } from '../../src/collect/frame-pointers.ts';
import { ProcFs } from '../../src/collect/proc-fs.ts';
import { readProcessFolder } from '../../src/collect/process-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'fdleak-pointers-'));
const SOURCE = `#include <stdio.h>
#include <unistd.h>
__attribute__((noinline)) int one(int n) { printf("%d\\n", n); fflush(stdout); return n + 1; }
__attribute__((noinline)) int two(int n) { return one(n) * one(n); }
int main(void) { two(3); pause(); }
`;

afterAll(() => rmSync(folder, { recursive: true }));

async function start(...flags: readonly string[]): Promise<number> {
  writeFileSync(join(folder, 'p.c'), SOURCE);
  const program = join(folder, `p${flags.join('')}`);
  execFileSync('gcc', ['-O1', ...flags, '-o', program, join(folder, 'p.c')]);
  const child = spawn(program, { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

const isWalked = (pid: number): boolean => canWalkStacks(readProcessFolder(new ProcFs('/proc'), pid));

it.runIf(process.arch === 'x64')('walks no stacks of a program that keeps no frame pointers', async () => {
  expect(isWalked(await start('-fno-omit-frame-pointer'))).toBe(true);
  const pid = await start('-fomit-frame-pointer');
  expect(isWalked(pid)).toBe(false);
  const map = `/tmp/perf-${pid}.map`;
  writeFileSync(map, '');
  onTestFinished(() => rmSync(map));
  expect(isWalked(pid)).toBe(true);
});
