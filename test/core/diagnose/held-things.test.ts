import { describe, expect, it } from 'vitest';
import { applyRule } from '../../../src/core/diagnose/case.ts';
import { ACCEPT_QUEUE_FULL } from '../../../src/core/diagnose/accept-queue-full.ts';
import { DELETED_FILES_HELD } from '../../../src/core/diagnose/deleted-files-held.ts';
import { OTHER_THREAD_TABLES } from '../../../src/core/diagnose/other-thread-tables.ts';
import { toInode } from '../../../src/core/model/inode.ts';
import type { AcceptQueue } from '../../../src/core/model/socket.ts';
import {
  aCase,
  aDescriptor,
  aListener,
  HEALTHY_DESCRIPTORS,
  type InspectionDiffers,
} from '../../inspection-builder.ts';

describe('the rule accept-queue-full', () => {
  const find = (acceptQueue: AcceptQueue | null, differs: InspectionDiffers = {}) =>
    applyRule(ACCEPT_QUEUE_FULL, aCase({ descriptors: [aListener({ socket: { acceptQueue } })], ...differs }));

  it.each([
    { acceptQueue: { waiting: 0, backlog: 511, isSteady: true }, fires: false },
    { acceptQueue: { waiting: 510, backlog: 511, isSteady: true }, fires: false },
    { acceptQueue: { waiting: 511, backlog: 511, isSteady: true }, fires: true },
    { acceptQueue: { waiting: 512, backlog: 511, isSteady: true }, fires: true },
    { acceptQueue: { waiting: 0, backlog: 0, isSteady: true }, fires: false },
    { acceptQueue: { waiting: 1, backlog: 0, isSteady: true }, fires: true },
    { acceptQueue: { waiting: 4096, backlog: null, isSteady: true }, fires: false },
    { acceptQueue: null, fires: false },
  ])('fires for $acceptQueue: $fires', ({ acceptQueue, fires }) => {
    expect(find(acceptQueue)?.severity ?? null).toBe(fires ? 'warning' : null);
  });

  it('fires not for a queue that was full at one of two looks', () => {
    expect(find({ waiting: 512, backlog: 511, isSteady: null })).toBeNull();
    expect(find({ waiting: 512, backlog: 511, isSteady: null }, { secondLookAt: null })).not.toBeNull();
  });

  it('counts a listener with two descriptors once', () => {
    const socket = { acceptQueue: { waiting: 6, backlog: 5, isSteady: true } };
    const descriptors = [aListener({ fd: 17, inode: '9', socket }), aListener({ fd: 18, inode: '9', socket })];

    expect(applyRule(ACCEPT_QUEUE_FULL, aCase({ descriptors }))?.count).toBe(1);
  });

  it('joins the queue, the handshakes and the limit', () => {
    const found = find(
      { waiting: 6, backlog: 5, isSteady: true },
      { limits: { soft: 1000, open: 990 }, kernelOwned: [{ port: 8080, state: 'SYN_RECV', count: 3 }] },
    );

    expect(found?.evidence).toEqual([
      'fd 17 listens on :8080: 6 wait to be accepted, its backlog is 5',
      '3 handshakes on :8080 not finished (SYN_RECV)',
      'the process is near its descriptor limit too: accept(2) fails with EMFILE and the connections stay in the queue',
    ]);
  });
});

describe('the rule deleted-files-held', () => {
  const aDeleted = (fd: number, sizeBytes: number | null, inode: string | null = `${fd}`) =>
    aDescriptor({
      fd,
      deleted: true,
      sizeBytes,
      inode: inode === null ? null : toInode(inode),
      target: '/var/log/app.log.1 (deleted)',
    });
  const find = (...descriptors: ReturnType<typeof aDeleted>[]) =>
    applyRule(DELETED_FILES_HELD, aCase({ descriptors: [...HEALTHY_DESCRIPTORS, ...descriptors] }));

  it.each([
    { sizes: [], severity: null },
    { sizes: [0], severity: 'info' },
    { sizes: [null], severity: 'info' },
    { sizes: [2 ** 30 - 1], severity: 'info' },
    { sizes: [2 ** 29, 2 ** 29], severity: 'warning' },
  ])('gives $severity for sizes $sizes', ({ sizes, severity }) => {
    expect(find(...sizes.map((size, i) => aDeleted(70 + i, size)))?.severity ?? null).toBe(severity);
  });

  it('counts the size of a file with two descriptors once', () => {
    const found = find(aDeleted(70, 2 ** 29, '9'), aDeleted(71, 2 ** 29, '9'));

    expect(found).toMatchObject({ severity: 'info', count: 2, title: '1 deleted file still open, 512 MiB in all' });
  });

  it('does not add what it does not know', () => {
    const found = find(aDeleted(70, 1024), aDeleted(71, null, null));

    expect(found?.title).toBe('2 deleted files still open, 1 KiB in the 1 whose size is known');
    expect(found?.evidence.join('\n')).toContain('1 of 2 only look deleted by name');
    expect(find(aDeleted(71, null))?.title).toBe('1 deleted file still open, of unknown size');
  });
});

describe('the rule other-thread-tables', () => {
  const find = (...tids: (number | null)[]) =>
    applyRule(OTHER_THREAD_TABLES, aCase({ descriptors: tids.map((tid, fd) => aDescriptor({ fd, tid })) }));

  it.each([
    { why: 'there is one table', tids: [null, null], found: null },
    { why: 'a thread has its own', tids: [null, 4250, 4250], found: 2 },
    { why: 'nothing could be listed', tids: [], found: null },
  ])('counts $found where $why', ({ tids, found }) => {
    expect(find(...tids)?.count ?? null).toBe(found);
  });

  it('says where each table is', () => {
    expect(find(null, 4250)).toMatchObject({
      severity: 'info',
      title: "1 descriptor in 1 further table: some threads do not share the process's own",
      evidence: ['thread 4250, and those that share its table: 1 descriptor (/proc/4242/task/4250/fd)'],
    });
  });
});
