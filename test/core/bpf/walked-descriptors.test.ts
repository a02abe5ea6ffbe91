import { describe, expect, it } from 'vitest';
import { toOpenDescriptor, toSharedFiles } from '../../../src/core/bpf/walked-descriptors.ts';
import { sortTables, type TableRow } from '../../../src/core/bpf/walked-tables.ts';
import { toInode } from '../../../src/core/model/inode.ts';
import { aRow } from '../walk-row-builder.ts';

describe('toOpenDescriptor', () => {
  it.each([
    ['a file', {}, { kind: 'file', deleted: false, inode: '39309' }],
    ['one that is deleted', { link: '/tmp/a (deleted)', links: 0 }, { kind: 'file', deleted: true }],
    ['one whose name only says so', { link: '/tmp/a (deleted)', links: 1 }, { kind: 'file', deleted: false }],
    ['one that never had a name', { link: '/tmp/#39309 (deleted)', links: 0 }, { kind: 'file', deleted: false }],
    ['a directory', { link: '/tmp', mode: 0o040755 }, { kind: 'directory' }],
    ['an anonymous inode', { link: 'anon_inode:[eventpoll]', mode: 0o600 }, { kind: 'epoll', inode: null }],
    ['a path longer than a page', { link: null }, { kind: 'file', link: '/(a path longer than a page)' }],
    ['a socket', { isSocket: true, link: null }, { kind: 'socket', link: 'socket:[39309]', inode: '39309' }],
  ])('describes %s as /proc would', (_what, row, expected) => {
    expect(toOpenDescriptor(aRow(row), null, null)).toMatchObject({ fd: 3, tid: null, sizeBytes: null, ...expected });
  });

  it.each([
    [0o0, { kind: 'pipe', end: 'read', otherEnds: 0 }],
    [0o1, { kind: 'pipe', end: 'write', otherEnds: 3 }],
    [0o2, { kind: 'pipe', end: 'both', otherEnds: 2 }],
  ])('counts who holds the other end of a pipe opened with %i', (flags, object) => {
    const pipe = { readers: 3, writers: 0 };
    const row = aRow({ link: 'pipe:[8]', mode: 0o010600, flags, pipe });
    expect(toOpenDescriptor(row, null, null)).toMatchObject({ kind: 'pipe', object });
  });

  it('takes what is known of a file from whoever may ask', () => {
    const facts = { kind: 'file', inode: toInode('7'), deleted: true, sizeBytes: 9, object: null } as const;
    expect(toOpenDescriptor(aRow(), null, () => facts)).toMatchObject({ inode: '7', sizeBytes: 9 });
  });
});

describe('sortTables', () => {
  const rows = [
    aRow(),
    aRow({ fd: 4, file: 2 }),
    aRow({ tid: 50, fd: 9, file: 5 }),
    aRow({ tid: 51, fd: 9, file: 5 }),
    aRow({ tid: 52, fd: 9, file: 6 }),
  ];
  const usual = { isLeaderGone: false, isOurNumbering: true, tablesOf: () => null };
  const named = (sorted: readonly TableRow[]): string[] => sorted.map(({ row, tid }) => `${tid ?? ''}/${row.fd}`);

  it('takes threads whose tables hold the same for one', () => {
    expect(named(sortTables(rows, usual))).toEqual(['/3', '/4', '50/9', '52/9']);
  });

  it('follows whoever knows which threads have tables of their own', () => {
    expect(named(sortTables(rows, { ...usual, tablesOf: () => new Set([51]) }))).toEqual(['/3', '/4', '51/9']);
  });

  it('names no thread by a number of another namespace', () => {
    expect(named(sortTables(rows, { ...usual, isOurNumbering: false }))).toEqual(['/3', '/4']);
  });

  it('takes the table of a thread for that of a process whose leader has gone', () => {
    expect(named(sortTables([aRow({ tid: 50 })], { ...usual, isLeaderGone: true }))).toEqual(['/3']);
  });
});

describe('toSharedFiles', () => {
  it('groups the duplicates of each table by the open file', () => {
    const rows: TableRow[] = [
      { row: aRow({ fd: 3 }), tid: null },
      { row: aRow({ fd: 7 }), tid: null },
      { row: aRow({ fd: 8, file: 2 }), tid: null },
      { row: aRow({ fd: 3, tid: 50 }), tid: 50 },
    ];
    const open = rows.map(({ row, tid }) => toOpenDescriptor(row, tid, null));
    expect(toSharedFiles(rows, open).map((group) => group.map(({ fd, tid }) => `${tid ?? ''}/${fd}`))).toEqual([
      ['/3', '/7'],
    ]);
  });
});
