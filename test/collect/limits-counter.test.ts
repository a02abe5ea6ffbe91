import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { expect, it } from 'vitest';
import { OpenCounter, readOpenCount } from '../../src/collect/limits.ts';
import { ProcFs } from '../../src/collect/proc-fs.ts';
import { ProcessFolder } from '../../src/collect/process-folder.ts';
import type { Reading } from '../../src/core/model/reading.ts';

/** This machine's /proc, which tells how often a folder was listed. */
class ListedProc extends ProcFs {
  listings = 0;

  override names(path: string): Reading<string[]> {
    this.listings += 1;
    return super.names(path);
  }
}

it('lists the descriptors again only once their number is another, and is never wrong', () => {
  const proc = new ListedProc();
  const self = new ProcessFolder(proc, process.pid);
  const counter = new OpenCounter();
  // A listing sees the descriptor that it is read through.
  const first = counter.read(self);
  const truth = readOpenCount(self);
  expect(first).toEqual(truth);
  const held = Array.from({ length: 5 }, () => openSync('/', 'r'));
  expect(counter.read(self)).toEqual(readOpenCount(self));
  for (const fd of held) closeSync(fd);
  expect(counter.read(self)).toEqual(truth);
});

it('lists a process that stays as it is once', async ({ onTestFinished }) => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  const proc = new ListedProc();
  const sleeper = new ProcessFolder(proc, child.pid ?? 0);
  const counter = new OpenCounter();
  const counts = Array.from({ length: 10 }, () => counter.read(sleeper));
  expect(new Set(counts.map((count) => JSON.stringify(count))).size).toBe(1);
  expect(proc.listings).toBe(1);
});
