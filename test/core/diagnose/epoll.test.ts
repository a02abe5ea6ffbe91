import { describe, expect, it } from 'vitest';
import { applyRule } from '../../../src/core/diagnose/case.ts';
import { DESCRIPTORS_UNWATCHED } from '../../../src/core/diagnose/descriptors-unwatched.ts';
import { EPOLL_STALE } from '../../../src/core/diagnose/epoll-stale.ts';
import { toInode } from '../../../src/core/model/inode.ts';
import { aCase, aDescriptor, anOrphan, aPeerClosed, aSocket, HEALTHY_DESCRIPTORS } from '../../inspection-builder.ts';

describe('the rule epoll-stale', () => {
  const descriptors = [
    ...HEALTHY_DESCRIPTORS,
    aSocket({ fd: 20, inode: '900' }),
    aSocket({ fd: 21, inode: '901' }),
    aDescriptor({ fd: 22, kind: 'eventfd', target: 'anon_inode:[eventfd]', inode: null }),
    aSocket({ fd: 23, inode: '923', descriptor: { tid: 4250 } }),
  ];
  const find = (fd: number, inode: string | null, tid: number | null = null) =>
    applyRule(
      EPOLL_STALE,
      aCase({
        descriptors,
        epollSets: [{ fd: 4, tid, targets: [{ fd, events: 25, inode: inode === null ? null : toInode(inode) }] }],
      }),
    );

  it.each([
    { why: 'the number names what was added', entry: [20, '900'], severity: null },
    { why: 'a duplicate keeps open what the number named', entry: [30, '901'], severity: 'warning' },
    { why: 'the number names another socket, a duplicate the first', entry: [20, '901'], severity: 'warning' },
    { why: 'the number names nothing and no duplicate is known', entry: [30, '777'], severity: 'info' },
    { why: 'the number names another socket and no duplicate is known', entry: [20, '777'], severity: 'info' },
    { why: 'the number names an eventfd, whose inode tells nothing', entry: [22, '12'], severity: null },
    { why: 'fdinfo tells no inode', entry: [20, null], severity: null },
  ] as const)('gives $severity where $why', ({ entry: [fd, inode], severity }) => {
    expect(find(fd, inode)?.severity ?? null).toBe(severity);
  });

  it('looks a number up in the table of the thread whose epoll set it is', () => {
    expect(find(23, '923', 4250)).toBeNull();
    expect(find(23, '923', null)).not.toBeNull();
  });

  it('says nothing where the sets could not be read, or are empty', () => {
    expect(applyRule(EPOLL_STALE, aCase({ descriptors, epollSets: null }))).toBeNull();
    expect(applyRule(EPOLL_STALE, aCase({ descriptors, epollSets: [{ fd: 4, tid: null, targets: [] }] }))).toBeNull();
  });

  it('names the entry and what keeps it', () => {
    const found = find(30, '901');

    expect(found?.title).toBe('1 epoll entry of closed descriptors, which duplicates keep alive');
    expect(found?.evidence).toEqual(['epoll fd 4 watches what was fd 30 (inode 901), which fd 21 keeps open']);
  });

  it('does not accuse what may have been opened during the look', () => {
    expect(find(30, '777')?.evidence.join()).toContain('opened during the inspection, or kept open by another process');
  });
});

describe('the rule descriptors-unwatched', () => {
  const find = (watchedBy: readonly number[] | null, withEpoll = true) =>
    applyRule(
      DESCRIPTORS_UNWATCHED,
      aCase({
        descriptors: [
          ...HEALTHY_DESCRIPTORS.filter(({ kind }) => withEpoll || kind !== 'epoll'),
          anOrphan({ descriptor: { watchedBy } }),
          aPeerClosed({ descriptor: { watchedBy } }),
        ],
      }),
    );

  it.each([
    { why: 'no set watches them', watchedBy: [], withEpoll: true, count: 2 },
    { why: 'a set watches them', watchedBy: [4], withEpoll: true, count: null },
    { why: 'the sets could not be read', watchedBy: null, withEpoll: true, count: null },
    { why: 'the process does not use epoll', watchedBy: [], withEpoll: false, count: null },
  ])('counts $count where $why', ({ watchedBy, withEpoll, count }) => {
    expect(find(watchedBy, withEpoll)?.count ?? null).toBe(count);
  });

  it('is information, with the numbers to look at', () => {
    const found = find([]);

    expect(found).toMatchObject({
      severity: 'info',
      title: '2 socket descriptors whose peer has finished and that no epoll set watches',
    });
    expect(found?.evidence).toContain('fds 30, 40');
  });

  it('lets a healthy connection be unwatched', () => {
    const descriptors = [...HEALTHY_DESCRIPTORS, aSocket({ fd: 21, descriptor: { watchedBy: [] } })];

    expect(applyRule(DESCRIPTORS_UNWATCHED, aCase({ descriptors }))).toBeNull();
  });
});
