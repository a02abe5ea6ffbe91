import { closeSync, mkdirSync, mkdtempSync, openSync, readlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { FileFacts } from '../../src/collect/file-facts.ts';
import { loadKernelCalls } from '../../src/collect/load-kernel-calls.ts';
import { ProcFs } from '../../src/collect/proc-fs.ts';
import { ProcessFolder } from '../../src/collect/process-folder.ts';
import { mountTmpfs } from '../tmpfs.ts';

const load = loadKernelCalls();
const calls = load.kind === 'loaded' ? load.calls : null;

it.runIf(calls !== null)('tells a directory from a file on a mount that stands in no list any more', (context) => {
  const path = mountTmpfs(context, mkdtempSync(join(tmpdir(), 'fdleak-mount-')), '64k');
  mkdirSync(join(path, 'folder'));
  writeFileSync(join(path, 'file'), '');
  const open = ['folder', 'file'].map((name) => openSync(join(path, name), 'r'));
  onTestFinished(() => open.forEach((fd) => closeSync(fd)));
  execaSync('umount', ['--lazy', path]);
  const facts = new FileFacts(new ProcessFolder(new ProcFs(), process.pid, { calls }));
  const kinds = open.map((fd) => {
    const link = readlinkSync(`/proc/self/fd/${fd}`);
    return facts.read({ fd, tid: null, link, saysDeleted: false }).kind;
  });
  expect(kinds).toEqual(['directory', 'file']);
});
