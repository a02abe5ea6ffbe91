import { closeSync, openSync, readdirSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readFdLinks } from '../../src/collect/fd-links.ts';
import type { KernelCalls } from '../../src/collect/kernel-calls.ts';
import { loadKernelCalls } from '../../src/collect/load-kernel-calls.ts';
import { ProcFs } from '../../src/collect/proc-fs.ts';
import { ProcessFolder } from '../../src/collect/process-folder.ts';

const load = loadKernelCalls();
if (load.kind !== 'loaded') console.warn(`SKIPPED: walking a table, for want of koffi: ${load.because}`);

/** Opens so many descriptors of our own; what is still open is closed with the test. */
function openMany(count: number): number[] {
  const fds = Array.from({ length: count }, () => openSync('/dev/null', 'r'));
  onTestFinished(() => {
    for (const fd of fds) if (readdirSync('/proc/self/fd').includes(`${fd}`)) closeSync(fd);
  });
  return fds;
}

describe.runIf(load.kind === 'loaded')('readFdLinks of a large table', () => {
  const read = (calls: KernelCalls | null): readonly number[] => {
    const found: number[] = [];
    readFdLinks(new ProcessFolder(new ProcFs(), process.pid, { calls }), null, {
      link: (fd) => found.push(fd),
      socket: (fd) => found.push(fd),
    });
    return found;
  };
  const calls = load.kind === 'loaded' ? load.calls : null;

  it('finds by walking what it finds by listing', () => {
    const fds = openMany(1500);
    const [walked, listed] = [read(calls), read(null)];
    expect(walked).toEqual(expect.arrayContaining(fds));
    expect(listed).toEqual(expect.arrayContaining(fds));
  });

  it('asks for no number behind the last', () => {
    const fds = openMany(1500);
    let asked = 0;
    read(
      calls && {
        ...calls,
        readlinkat: (folder, name, out) => {
          asked++;
          return calls.readlinkat(folder, name, out);
        },
      },
    );
    expect(asked).toBeLessThan((fds.at(-1) ?? 0) + 10);
  });

  it('misses none that stays open while others close behind the walk and open ahead of it', () => {
    const fds = openMany(1500);
    const [behind = -1, ahead = -1, last = -1] = [fds[50], fds[600], fds.at(-1)];
    // The walk takes one of them for the folder; the other is for us.
    closeSync(ahead);
    closeSync(ahead + 1);
    let asked = 0;
    const busy: KernelCalls | null = calls && {
      ...calls,
      readlinkat: (folder, name, out) => {
        if (asked++ === behind + 100) {
          openSync('/dev/null', 'r');
          closeSync(behind);
        }
        return calls.readlinkat(folder, name, out);
      },
    };
    expect(read(busy)).toContain(last);
  });
});
