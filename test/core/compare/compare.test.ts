import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareInspections } from '../../../src/core/compare/compare.ts';
import { judgeDiff } from '../../../src/core/compare/judge-diff.ts';
import { describePlace } from '../../../src/core/place/describe.ts';
import { NO_PORTS, portsAcrossProcesses } from '../../../src/core/place/ports.ts';
import { parseInspection } from '../../../src/core/compare/parse-inspection.ts';
import type { Descriptor } from '../../../src/core/model/descriptor.ts';
import { toInode } from '../../../src/core/model/inode.ts';
import { aDescriptor, aListener, anInspection, anOrphan, aPeerClosed, aSocket } from '../../inspection-builder.ts';

const of = (...descriptors: Descriptor[]) => anInspection({ descriptors });
const restarted = (...descriptors: Descriptor[]) => anInspection({ descriptors, process: { startTicks: 1 } });
const eventfd = (fd: number): Descriptor =>
  aDescriptor({ fd, kind: 'eventfd', target: 'anon_inode:[eventfd]', inode: toInode('15') });
const fds = (descriptors: readonly Descriptor[]): number[] => descriptors.map(({ fd }) => fd);

describe('compareInspections, of one process', () => {
  it('matches by the object, not by the number', () => {
    const diff = compareInspections(
      of(aSocket({ fd: 20, inode: '1' })),
      of(aSocket({ fd: 99, inode: '1' }), aSocket({ fd: 20, inode: '2' })),
    );

    expect(diff).toMatchObject({ by: 'object', stayed: 1, removed: [] });
    expect(fds(diff.added)).toEqual([20]);
  });

  it('counts objects that share an inode, and takes those of new numbers for the new ones', () => {
    const diff = compareInspections(of(eventfd(5), eventfd(9)), of(eventfd(5), eventfd(7), eventfd(8), eventfd(9)));

    expect(fds(diff.added)).toEqual([7, 8]);
    expect(diff.stayed).toBe(2);
  });

  it('shows what became of a connection', () => {
    const diff = compareInspections(of(aSocket({ fd: 30, inode: '7' })), of(aPeerClosed({ fd: 30, inode: '7' })));

    expect(diff.changed).toMatchObject([
      { before: { verdict: { is: 'established' } }, after: { verdict: { is: 'peer-closed' } } },
    ]);
    expect(diff.stayed).toBe(0);
  });

  it('finds nothing between an inspection and itself, and accounts for every descriptor', () => {
    const some = fc
      .uniqueArray(fc.integer({ min: 3, max: 30 }), { maxLength: 10 })
      .map((numbers) => numbers.map((fd) => (fd % 2 === 0 ? eventfd(fd) : aSocket({ fd, inode: `${fd % 7}` }))));
    fc.assert(
      fc.property(some, some, (a, b) => {
        const { added, removed, changed, stayed } = compareInspections(of(...a), of(...b));
        expect(added.length + changed.length + stayed).toBe(b.length);
        expect(removed.length + changed.length + stayed).toBe(a.length);
        expect(compareInspections(of(...a), of(...a))).toMatchObject({ added: [], removed: [], changed: [] });
      }),
    );
  });
});

describe('compareInspections, of two processes', () => {
  it('matches by kind, place and verdict', () => {
    const before = of(
      aListener(),
      aSocket({ fd: 20, inode: '1' }),
      aDescriptor({ fd: 3, target: '/tmp/up-aK3xZ9.part' }),
    );
    const after = restarted(
      aListener({ inode: '900' }),
      aSocket({ fd: 44, inode: '3' }),
      aDescriptor({ fd: 9, target: '/tmp/up-Qq81Lm.part' }),
      anOrphan({ fd: 50 }),
    );
    const diff = compareInspections(before, after);

    expect(diff).toMatchObject({ by: 'likeness', stayed: 3, changed: [], removed: [] });
    expect(fds(diff.added)).toEqual([50]);
  });
});

describe('describePlace', () => {
  it('is the path of a file, without what differs from one to the next', () => {
    expect(describePlace(aDescriptor({ target: '/tmp/upload-a8Xk2P.part' }), NO_PORTS)).toBe('/tmp/upload-*.part');
  });

  it('leaves out pids and inodes, and tells an accepted connection from one that was made', () => {
    const ports = portsAcrossProcesses([aListener()]);
    const database = { remote: { address: '10.0.0.5', port: 5432 }, local: { address: '10.0.0.1', port: 51_111 } };

    expect(describePlace(aDescriptor({ kind: 'pipe', target: 'pipe:[8]' }), ports)).toBe('pipe');
    expect(describePlace(aSocket(), ports)).toBe('tcp accepted on :8080');
    expect(describePlace(aSocket({ socket: database }), ports)).toBe('tcp to 10.0.0.5:5432');
  });
});

describe('judgeDiff', () => {
  it.each([
    { why: 'a new orphan', before: [], after: [anOrphan()], result: 'failed' },
    { why: 'a new connection', before: [], after: [aSocket()], result: 'passed' },
    { why: 'an orphan that is gone', before: [anOrphan()], after: [], result: 'passed' },
    {
      why: 'a connection that died',
      before: [aSocket({ inode: '1' })],
      after: [aPeerClosed({ inode: '1' })],
      result: 'failed',
    },
    {
      why: 'something new that could not be told',
      before: [],
      after: [aSocket({ is: 'unlisted' })],
      result: 'undecidable',
    },
  ])('is $result of $why', ({ before, after, result }) => {
    expect(judgeDiff(compareInspections(of(...before), of(...after)))).toBe(result);
  });
});

describe('parseInspection', () => {
  const whole = of(aListener(), anOrphan());

  it('reads back what was written', () => {
    expect(parseInspection(JSON.stringify(whole))).toEqual({ kind: 'parsed', inspection: whole });
    expect(parseInspection(JSON.stringify([whole]))).toEqual({ kind: 'parsed', inspection: whole });
  });

  it.each([
    { text: '{', because: /not valid JSON/ },
    { text: '[]', because: /has 0 inspections/ },
    { text: '7', because: /expected an object/ },
    { text: '{"schema":"x"}', because: /its schema is "x"/ },
    { text: JSON.stringify({ ...whole, process: {} }), because: /process\.pid is not there/ },
    { text: JSON.stringify({ ...whole, descriptors: [{}] }), because: /descriptors\[0\]\.fd is not there/ },
    {
      text: JSON.stringify({ ...whole, descriptors: [{ ...anOrphan(), kind: 'sokket' }] }),
      because: /kind is "sokket"/,
    },
  ])('refuses $text', ({ text, because }) => {
    expect(parseInspection(text)).toMatchObject({ kind: 'fault', because: expect.stringMatching(because) });
  });

  it('answers every text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(['parsed', 'fault']).toContain(parseInspection(text).kind);
      }),
    );
  });
});
