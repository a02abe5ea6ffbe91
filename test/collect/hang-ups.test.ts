import { closeSync, openSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readHangUps } from '../../src/collect/hang-ups.ts';
import { loadKernelCalls } from '../../src/collect/load-kernel-calls.ts';
import { ProcFs } from '../../src/collect/proc-fs.ts';
import { ProcessFolder } from '../../src/collect/process-folder.ts';

const load = loadKernelCalls();
const calls = load.kind === 'loaded' ? load.calls : null;

it('asks a terminal whether its session ended, and nothing of a file that has its number by now', () => {
  const master = openSync('/dev/ptmx', 'r+');
  const file = openSync('/etc/hostname', 'r');
  try {
    const index = Number(/^tty-index:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${master}`, 'utf8'))?.[1]);
    const folder = new ProcessFolder(new ProcFs(), process.pid, { calls });
    const asked = [
      { fd: file, tid: null, index: index + 1 },
      { fd: master, tid: null, index },
    ];
    // Its other side was never opened: no session has ended.
    expect([...readHangUps(folder, asked)]).toEqual([[`/dev/pts/${index}`, false]]);
  } finally {
    closeSync(master);
    closeSync(file);
  }
});
