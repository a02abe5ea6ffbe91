import { describe, expect, it } from 'vitest';
import { SharedTables } from '../../src/collect/network-tables.ts';
import { ProcessFolder } from '../../src/collect/process-folder.ts';
import { ProcFs } from '../../src/collect/proc-fs.ts';
import type { Reading } from '../../src/core/model/reading.ts';
import { INET_HEADER, inetLine, table } from '../lines.ts';
import { type Entry, writeTree } from './proc-tree.ts';

const PIDS = Array.from({ length: 20 }, (_, at) => 100 + at);

/** Twenty processes: the odd ones in one namespace, the even ones in another, each with a socket of its own. */
function aHost(): string {
  const entries: Record<string, Entry> = { '1/stat': '' };
  for (const pid of PIDS) {
    const others = PIDS.filter((one) => one % 2 === pid % 2);
    entries[`${pid}/ns/net`] = { link: `net:[${4_026_532_000 + (pid % 2)}]` };
    entries[`${pid}/net/tcp`] = table(INET_HEADER, ...others.map((one) => inetLine({ inode: `${one}` })));
  }
  return writeTree(entries);
}

class Counting extends ProcFs {
  readonly read: string[] = [];

  override text(path: string): Reading<string> {
    this.read.push(path);
    return super.text(path);
  }
}

const toHost = () => {
  const proc = new Counting(aHost());
  let nowMs = 0;
  const tables = new SharedTables(() => nowMs);
  return {
    proc,
    tables,
    process: (pid: number) => new ProcessFolder(proc, pid),
    passTo: (ms: number) => {
      nowMs = ms;
    },
    reads: () => proc.read.filter((path) => path.endsWith('/net/tcp')).length,
  };
};

describe('SharedTables', () => {
  it('reads each namespace once for twenty processes, and gives each its own rows', () => {
    const { tables, process, reads } = toHost();
    for (const pid of PIDS) {
      const { byInode } = tables.own(process(pid), (inode) => inode === `${pid}`, null);
      expect([...byInode.keys()]).toEqual([`${pid}`]);
    }
    expect(reads()).toBe(2);
  });

  it('reads again, once for all, for processes that were listed after the tables were read', () => {
    const { tables, process, reads, passTo } = toHost();
    const odd = PIDS.filter((pid) => pid % 2 === 1);
    tables.own(process(101), () => true, null);
    passTo(5);
    for (const pid of odd) tables.own(process(pid), () => true, 3);
    expect(reads()).toBe(2);
  });
});
