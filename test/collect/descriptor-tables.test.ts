import { symlinkSync, unlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readOtherTables } from '../../src/collect/descriptor-tables.ts';
import { ProcFs } from '../../src/collect/proc-fs.ts';
import { readProcessFolder } from '../../src/collect/process-folder.ts';
import type { Reading } from '../../src/core/model/reading.ts';
import { statLine } from '../lines.ts';
import { type Entry, writeTree } from './proc-tree.ts';

/** Threads of process 4242, each with its state and its descriptors, told without kcmp(2). */
function treeOf(threads: Readonly<Record<number, { state?: string; fds?: readonly number[] }>>): string {
  const entries: Record<string, Entry> = {};
  for (const [tid, { state = 'S', fds = [0, 1, 2] }] of Object.entries(threads)) {
    entries[`4242/task/${tid}/stat`] = statLine({ state });
    entries[`4242/task/${tid}/fd/.`] = '';
    for (const fd of fds) entries[`4242/task/${tid}/fd/${fd}`] = { link: `socket:[${1000 + fd}]` };
  }
  return writeTree(entries);
}

const read = (threads: Parameters<typeof treeOf>[0]) => {
  const process = readProcessFolder(new ProcFs(treeOf(threads)), 4242);
  return { path: process.path(), others: readOtherTables(process) };
};

/** Notes which folders are listed. */
class Counting extends ProcFs {
  readonly listed: string[] = [];

  override names(path: string): Reading<string[]> {
    this.listed.push(path);
    return super.names(path);
  }
}

describe('readProcessFolder', () => {
  it.each([
    { name: 'a living leader', threads: { 4242: {}, 4243: {} }, path: '4242', lists: [] },
    {
      name: 'the first that lives, where the leader has exited',
      threads: { 4242: { state: 'Z', fds: [] }, 4243: { state: 'X' }, 4244: {} },
      path: '4242/task/4244',
      lists: ['4242/task'],
    },
    {
      name: 'nothing but the leader, where no thread lives',
      threads: { 4242: { state: 'Z', fds: [] }, 4243: { state: 'Z', fds: [] } },
      path: '4242',
      lists: ['4242/task'],
    },
  ])('shows $name, and lists no descriptor for it', ({ threads, path, lists }) => {
    const proc = new Counting(treeOf(threads));
    expect(readProcessFolder(proc, 4242).path()).toBe(path);
    expect(proc.listed).toEqual(lists);
  });
});

describe('readOtherTables without kcmp(2)', () => {
  it.each([
    { name: 'one thread', threads: { 4242: {} }, tables: { path: '4242', others: [] } },
    {
      name: 'threads that list the same',
      threads: { 4242: {}, 4243: {}, 4244: {} },
      tables: { path: '4242', others: [] },
    },
    {
      name: 'a thread that holds one more',
      threads: { 4242: {}, 4243: { fds: [0, 1, 2, 9] } },
      tables: { path: '4242', others: [4243] },
    },
    {
      name: 'a thread that holds one less',
      threads: { 4242: {}, 4243: { fds: [0, 1] } },
      tables: { path: '4242', others: [4243] },
    },
    {
      name: 'two threads with one table of their own',
      threads: { 4242: {}, 4243: { fds: [9] }, 4244: { fds: [9] } },
      tables: { path: '4242', others: [4243] },
    },
    {
      name: 'a leader that has exited',
      threads: { 4242: { state: 'Z', fds: [] }, 4243: {}, 4244: {} },
      tables: { path: '4242/task/4243', others: [] },
    },
    { name: 'a zombie', threads: { 4242: { state: 'Z', fds: [] } }, tables: { path: '4242', others: [] } },
  ])('finds the tables of $name', ({ threads, tables }) => {
    expect(read(threads)).toEqual(tables);
  });

  it('lists the descriptors of each thread once', () => {
    const proc = new Counting(treeOf({ 4242: {}, 4243: {}, 4244: {}, 4245: { fds: [9] }, 4246: { fds: [9] } }));
    readOtherTables(readProcessFolder(proc, 4242));
    expect(proc.listed.filter((path) => path.endsWith('/fd')).toSorted()).toEqual(
      [4242, 4243, 4244, 4245, 4246].map((tid) => `4242/task/${tid}/fd`),
    );
  });

  it('takes a table for one while it changes between the looks at its threads', () => {
    const root = treeOf({ 4242: {}, 4243: {} });
    // Every reading of names closes a descriptor and opens another in both threads, as one table would show it.
    let next = 100;
    class Busy extends ProcFs {
      override names(path: string): Reading<string[]> {
        const names = super.names(path);
        for (const tid of [4242, 4243]) {
          if (next > 100) unlinkSync(`${root}/4242/task/${tid}/fd/${next}`);
          symlinkSync(`socket:[${next + 1}]`, `${root}/4242/task/${tid}/fd/${next + 1}`);
        }
        next += 1;
        return names;
      }
    }
    expect(readOtherTables(readProcessFolder(new Busy(root), 4242))).toEqual([]);
  });
});
