import { symlinkSync, unlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDescriptorTables, readMainThread } from '../../src/collect/descriptor-tables.ts';
import { ProcFs } from '../../src/collect/proc-fs.ts';
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

const read = (threads: Parameters<typeof treeOf>[0]) => readDescriptorTables(new ProcFs(treeOf(threads)), 4242, null);

/** Notes which folders are listed. */
class Counting extends ProcFs {
  readonly listed: string[] = [];

  override names(path: string): Reading<string[]> {
    this.listed.push(path);
    return super.names(path);
  }
}

describe('readMainThread', () => {
  it.each([
    { name: 'a living leader', threads: { 4242: {}, 4243: {} }, main: null, lists: [] },
    {
      name: 'the first that lives, where the leader has exited',
      threads: { 4242: { state: 'Z', fds: [] }, 4243: { state: 'X' }, 4244: {} },
      main: 4244,
      lists: ['4242/task'],
    },
    {
      name: 'nothing but the leader, where no thread lives',
      threads: { 4242: { state: 'Z', fds: [] }, 4243: { state: 'Z', fds: [] } },
      main: null,
      lists: ['4242/task'],
    },
  ])('is $name, and no descriptor is listed for it', ({ threads, main, lists }) => {
    const proc = new Counting(treeOf(threads));
    expect(readMainThread(proc, 4242)).toBe(main);
    expect(proc.listed).toEqual(lists);
  });
});

describe('readDescriptorTables without kcmp(2)', () => {
  it.each([
    { name: 'one thread', threads: { 4242: {} }, tables: { main: null, others: [] } },
    {
      name: 'threads that list the same',
      threads: { 4242: {}, 4243: {}, 4244: {} },
      tables: { main: null, others: [] },
    },
    {
      name: 'a thread that holds one more',
      threads: { 4242: {}, 4243: { fds: [0, 1, 2, 9] } },
      tables: { main: null, others: [4243] },
    },
    {
      name: 'a thread that holds one less',
      threads: { 4242: {}, 4243: { fds: [0, 1] } },
      tables: { main: null, others: [4243] },
    },
    {
      name: 'two threads with one table of their own',
      threads: { 4242: {}, 4243: { fds: [9] }, 4244: { fds: [9] } },
      tables: { main: null, others: [4243] },
    },
    {
      name: 'a leader that has exited',
      threads: { 4242: { state: 'Z', fds: [] }, 4243: {}, 4244: {} },
      tables: { main: 4243, others: [] },
    },
    { name: 'a zombie', threads: { 4242: { state: 'Z', fds: [] } }, tables: { main: null, others: [] } },
  ])('finds the tables of $name', ({ threads, tables }) => {
    expect(read(threads)).toEqual(tables);
  });

  it('lists the descriptors of each thread once', () => {
    const proc = new Counting(treeOf({ 4242: {}, 4243: {}, 4244: {}, 4245: { fds: [9] }, 4246: { fds: [9] } }));
    readDescriptorTables(proc, 4242, null);
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
    expect(readDescriptorTables(new Busy(root), 4242, null)).toEqual({ main: null, others: [] });
  });
});
