import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HolderEvidence } from '../../../src/core/holders/match-holders.ts';
import { matchHolders } from '../../../src/core/holders/match-holders.ts';
import type { Place } from '../../../src/core/model/place.ts';
import type { Stacks } from '../../../src/core/model/stacks.ts';
import { parseGoroutineDump } from '../../../src/core/parse/stacks/goroutine-dump.ts';
import { parseGoroutineProfile } from '../../../src/core/parse/stacks/goroutine-profile.ts';
import { parseGdb } from '../../../src/core/parse/stacks/gdb.ts';
import { parseJstack } from '../../../src/core/parse/stacks/jstack.ts';
import { anInspection, anOrphan, aSocket, many } from '../../inspection-builder.ts';
import { fixture } from '../../lines.ts';

const profile = (moment: string): Stacks =>
  parseGoroutineProfile(fixture(`gshell/${moment}/goroutine-debug1.txt`).split('\n'))!;
const dump = (moment: string): Stacks =>
  parseGoroutineDump(fixture(`gshell/${moment}/goroutine-debug2.txt`).split('\n'))!;
const evidence = (differs: Partial<HolderEvidence>): HolderEvidence => ({
  reads: [],
  profiles: [],
  handles: null,
  threads: null,
  ...differs,
});
const dead = (count: number): readonly Place[] => anInspection({ descriptors: many(count, anOrphan) }).places;
const established = (count: number): readonly Place[] => anInspection({ descriptors: many(count, aSocket) }).places;
/** So many goroutines at each of these lines of one file. */
const goroutines = (...groups: readonly (readonly [count: number, line: number])[]): Stacks =>
  parseGoroutineProfile([
    `goroutine profile: total ${groups.reduce((sum, [count]) => sum + count, 0)}`,
    ...groups.flatMap(([count, line]) => [`${count} @ 0x1 0x2`, `#\t0x1\tmain.serve+0x1\t/srv/relay.go:${line}`]),
  ])!;

describe('by number', () => {
  it('takes profiles of two tools for no growth', () => {
    const gdb = { ...profile('2-after-90s'), source: 'gdb-bt', groups: [] } as const satisfies Stacks;
    const { matches, growing } = matchHolders(dead(40), evidence({ profiles: [gdb, profile('2-after-90s')] }));
    expect(growing).toEqual([]);
    expect(matches[0]).toMatchObject({ stacks: 40, growth: null });
  });

  it.each([
    ['a profile', [profile('2-after-90s')], null],
    ['a dump', [dump('2-after-90s')], 'chan receive'],
    ['a dump and then a profile of the same moment', [dump('2-after-90s'), profile('2-after-90s')], 'chan receive'],
  ])('sets the 40 goroutines of the captured daemon beside its 40 dead sockets, by %s', (_, profiles, blockedIn) => {
    const { matches, growing } = matchHolders(dead(40), evidence({ profiles }));
    expect(matches).toHaveLength(1);
    expect(matches[0]).toMatchObject({ by: 'count', stacks: 40, unit: 'goroutine', descriptors: 40, candidates: 1 });
    expect(matches[0]).toMatchObject({ what: 'dead tcp', blockedIn, at: { line: 199 } });
    expect(matches[0]?.at?.file).toContain('/builtinservices.go');
    expect(growing).toEqual([]);
  });

  it.each(['0-healthy', 'fixed-2-after-80s'])('names nobody for the few descriptors of %s', (moment) => {
    const { matches, because } = matchHolders(dead(2), evidence({ profiles: [profile(moment)] }));
    expect(matches).toEqual([]);
    expect(because).toContain('no place holds enough descriptors');
  });

  it('says that no stack stands as often', () => {
    const { matches, because } = matchHolders(dead(40), evidence({ profiles: [goroutines([10, 7], [90, 9])] }));
    expect(matches).toEqual([]);
    expect(because).toContain('40 dead tcp');
  });

  it('names every candidate, and that there are several', () => {
    const { matches } = matchHolders(dead(40), evidence({ profiles: [goroutines([40, 7], [40, 9])] }));
    expect(matches.map(({ candidates, at }) => [candidates, at?.line])).toEqual([
      [2, 7],
      [2, 9],
    ]);
  });

  it('takes numbers of another moment for near, and others for none', () => {
    const near = (count: number): readonly string[] =>
      matchHolders(dead(40), evidence({ profiles: [goroutines([count, 7])] })).matches.map(({ by }) => by);
    expect(near(41)).toEqual(['near-count']);
    expect(near(36)).toEqual(['near-count']);
    expect(near(45)).toEqual([]);
  });

  it('adds up what stands at one call of the program by different ways', () => {
    const own = '#\t0x1\tmain.serve+0x1\t/srv/relay.go:7';
    const read = '#\t0x1\tinternal/poll.(*FD).Read+0x1\t/usr/lib/go-1.19/src/internal/poll/fd_unix.go:167';
    const two = parseGoroutineProfile(['goroutine profile: total 40', '38 @ 0x1', read, own, '2 @ 0x2', own])!;
    const { matches } = matchHolders(dead(40), evidence({ profiles: [two] }));
    expect(matches).toMatchObject([{ by: 'count', stacks: 40, at: { line: 7 } }]);
  });

  it('prefers the stack that grew with the leak', () => {
    const profiles = [goroutines([40, 7], [3, 9]), goroutines([40, 7], [20, 9]), goroutines([40, 7], [40, 9])];
    const { matches, growing } = matchHolders(dead(40), evidence({ profiles }));
    expect(matches[0]).toMatchObject({ at: { line: 9 }, growth: [3, 20, 40] });
    expect(growing).toMatchObject([{ counts: [3, 20, 40], at: { line: 9 } }]);
  });

  it('never matches other numbers than those that are there', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.nat(9))), (count, groups) => {
        const { matches, because } = matchHolders(dead(count), evidence({ profiles: [goroutines(...groups)] }));
        for (const { by, stacks, descriptors } of matches) {
          expect(descriptors).toBe(count);
          expect(Math.abs(stacks - count)).toBeLessThanOrEqual(by === 'count' ? 0 : Math.max(1, count * 0.1));
        }
        expect(because === null).toBe(matches.length > 0);
      }),
    );
  });
});

describe('by thread', () => {
  const waits = [
    { kind: 'descriptor', tid: 4250, call: 'receive', fd: 101 },
    { kind: 'poll', tid: 4251, fds: [100, 102] },
    { kind: 'elsewhere', tid: 4252 },
  ] as const;
  const JSTACK = [
    '"http-worker-7" #71 daemon prio=5 os_prio=0 tid=0x00007f34b8248000 nid=0x7 runnable [0x00007f3440d58000]',
    '   java.lang.Thread.State: RUNNABLE',
    '\tat sun.nio.ch.Net.poll(java.base@17.0.1/Native Method)',
    '\tat com.example.feed.Reader.loop(Reader.java:64)',
  ];

  it('names the descriptor that the kernel says a thread waits on, by the number of the thread in its namespace', () => {
    const threads = { waits, tidOf: new Map([[7, 4250]]) };
    const { matches } = matchHolders(established(5), evidence({ profiles: [parseJstack(JSTACK)!], threads }));
    expect(matches).toMatchObject([
      {
        by: 'thread',
        stacks: 1,
        tids: [4250],
        fds: [101],
        blockedIn: 'receive',
        at: { file: 'Reader.java', line: 64 },
      },
    ]);
  });

  it('reads poll sets too, and the number that gdb prints', () => {
    const threads = { waits, tidOf: new Map([[4251, 4251]]) };
    const gdb = [
      'Thread 2 (Thread 0x7f (LWP 4251) "w"):',
      '#0  0x1 in poll () from /lib/libc.so.6',
      '#1  0x2 in serve (fd=3) at relay.c:53',
    ];
    const { matches } = matchHolders(established(5), evidence({ profiles: [parseGdb(gdb)!], threads }));
    expect(matches).toMatchObject([{ by: 'thread', tids: [4251], fds: [100, 102], at: { file: 'relay.c', line: 53 } }]);
  });

  it('ties no goroutine to a thread with the same number', () => {
    const threads = { waits, tidOf: new Map([[4250, 4250]]) };
    const stacks = parseGoroutineDump(['goroutine 4250 [IO wait]:', 'main.serve(0x1)', '\t/srv/relay.go:7 +0x1'])!;
    expect(matchHolders(established(5), evidence({ profiles: [stacks], threads })).matches).toEqual([]);
  });
});

describe('by handle', () => {
  it('says which dead sockets a Node report has handles for, and which none', () => {
    const places = dead(4);
    const [first = 0, ...rest] = places.find(({ what }) => what === 'dead tcp')!.fds;
    const handles = rest.map((fd) => ({ fd, type: 'tcp' }));
    expect(matchHolders(places, evidence({ handles })).matches).toMatchObject([
      { by: 'handle', stacks: 3, descriptors: 4, fds: rest, unowned: [first] },
    ]);
  });
});
