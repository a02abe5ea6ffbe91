import { describe, expect, it } from 'vitest';
import { SharedTables } from '../../src/collect/network-tables.ts';
import { ProcessFolder } from '../../src/collect/process-folder.ts';
import { ProcFs } from '../../src/collect/proc-fs.ts';
import { toInode } from '../../src/core/model/inode.ts';
import type { Reading } from '../../src/core/model/reading.ts';
import { INET_HEADER, inetLine, table } from '../lines.ts';
import { WITHOUT_END } from './without-end.ts';
import { type Entry, writeTree } from './proc-tree.ts';

const PIDS = Array.from({ length: 20 }, (_, at) => 100 + at);
const ALL = new Set(PIDS.map(String));
const END_MS = 1000;
const ask = (inodes: ReadonlySet<string>, sinceMs: number | null) => ({ inodes, sinceMs, deadline: WITHOUT_END });

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
  readonly #onRead: (path: string) => void;

  constructor(root: string, onRead: (path: string) => void) {
    super(root);
    this.#onRead = onRead;
  }

  override text(path: string): Reading<string> {
    this.read.push(path);
    this.#onRead(path);
    return super.text(path);
  }
}

const toHost = ({ readMs = 0 } = {}) => {
  let nowMs = 0;
  const proc = new Counting(aHost(), (path) => {
    if (path.endsWith('/net/tcp')) nowMs += readMs;
  });
  const tables = new SharedTables(() => nowMs, END_MS);
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
  it('reads each namespace once for twenty processes, and gives each its own rows', async () => {
    const { tables, process, reads } = toHost();
    for (const pid of PIDS) {
      const { byInode } = await tables.own(process(pid), ask(new Set([`${pid}`]), null));
      expect([...byInode.keys()]).toEqual([`${pid}`]);
    }
    expect(reads()).toBe(2);
  });

  it('reads again, once for all, for processes that were listed after the tables were read', async () => {
    const { tables, process, reads, passTo } = toHost();
    const odd = PIDS.filter((pid) => pid % 2 === 1);
    await tables.own(process(101), ask(ALL, null));
    passTo(5);
    for (const pid of odd) await tables.own(process(pid), ask(ALL, 3));
    expect(reads()).toBe(2);
  });

  it('does not read again where that would end too late, and says that absence then tells nothing', async () => {
    const { tables, process, reads, passTo } = toHost({ readMs: 300 });
    await tables.own(process(101), ask(ALL, null));
    passTo(800);
    const { byInode, missing } = await tables.own(process(103), ask(ALL, 500));
    expect(reads()).toBe(1);
    expect(byInode.has(toInode('103'))).toBe(true);
    expect(missing.map(({ name }) => name)).toEqual(['tcp', 'tcp6']);
  });

  it('reads the namespaces of others once for all, and shows each process those that are not its own', async () => {
    const { tables, process, reads } = toHost();
    const readsBefore: number[] = [];
    for (const pid of PIDS) {
      await tables.own(process(pid), ask(ALL, null));
      readsBefore.push(reads());
      const others = await tables.others(process(pid), { inodes: ALL, reads: () => true, deadline: WITHOUT_END });
      const inodes = others.tables.flatMap(({ byInode }) => [...byInode.keys()]);
      expect([...new Set(inodes)].map(Number)).toEqual(PIDS.filter((one) => one % 2 !== pid % 2));
      expect(others.denied).toBe(0);
    }
    // The second process lives in the other namespace, whose own tables are read for it.
    expect(readsBefore.slice(1).every((count) => count === reads())).toBe(true);
  });

  it('searches no namespace for a process whose every socket is known to be of its own', async () => {
    const { proc, process } = toHost();
    const tables = new SharedTables(
      () => 0,
      END_MS,
      () => true,
    );
    const request = { inodes: ALL, reads: () => true, deadline: WITHOUT_END };
    expect(await tables.others(process(101), request)).toEqual({ tables: [], denied: 0 });
    expect(proc.read).toEqual([]);
  });
});
