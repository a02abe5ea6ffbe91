import { describe, expect, it } from 'vitest';
import { toInode } from '../../../src/core/model/inode.ts';
import type { LsofRow } from '../../../src/core/model/tool-row.ts';
import { anLsofRow } from '../tool-row-builder.ts';
import {
  anInetRow,
  anSsReading,
  anSsRow,
  anOpen,
  aProbe,
  aSocketAt,
  aUnixRow,
  type CaseDiffer,
  inspectionOf,
  looksOf,
  someLooks,
  someTables,
  tcp,
  unix,
} from '../evidence-builder.ts';

/** lsof gives all anonymous inodes the number of the one they share. */
const CUT_EVENTFD = anLsofRow(0, '1038', { fd: null, fdText: '*001', type: 'a_inode', name: '[eventfd:18]' });

const lsofOf = (...rows: readonly LsofRow[]) => ({ kind: 'read', rows, faults: [], tookMs: 40 }) as const;

/** Why two sources differ, and on which descriptors: `lsof: 7,8 because …`. */
const reasons = (differs: CaseDiffer): readonly string[] =>
  inspectionOf(differs).disagreements.map(({ between: [name], fds, because }) => `${name} ${fds.join()}: ${because}`);

const ONE = { open: [aSocketAt(7, '100')], tables: { own: someTables([tcp(anInetRow('100'))]) } };

describe('what lsof and /proc see differently', () => {
  it('is nothing where they agree', () => {
    expect(reasons({ ...ONE, tools: { lsof: lsofOf(anLsofRow(7, '100')) } })).toEqual([]);
  });

  it.each<{ name: string; rows: readonly LsofRow[]; differs?: CaseDiffer; says: readonly string[] }>([
    {
      name: 'a descriptor that lsof did not show, and that is closed by now',
      rows: [],
      differs: { openAfterTools: new Set(['1']) },
      says: ['lsof 7: closed between the two reads'],
    },
    {
      name: 'a descriptor that lsof did not show, and that is still open',
      rows: [],
      differs: { openAfterTools: new Set(['7']) },
      says: ['lsof 7: lsof did not show it'],
    },
    {
      name: 'a descriptor that only lsof saw, and that is still open',
      rows: [anLsofRow(7, '100'), anLsofRow(9, '200')],
      differs: { openAfterTools: new Set(['7', '9']) },
      says: ['lsof 9: opened after the descriptors were listed'],
    },
    {
      name: 'a descriptor that only lsof saw, and that is closed by now',
      rows: [anLsofRow(7, '100'), anLsofRow(9, '200')],
      differs: { openAfterTools: new Set(['7']) },
      says: ['lsof 9: opened and closed again after the descriptors were listed'],
    },
    {
      name: 'a socket that lsof found in no table',
      rows: [anLsofRow(7, '100', { type: 'sock' })],
      says: ['lsof 7: the socket was in no table when lsof read them'],
    },
    {
      name: 'a socket of the namespace of the process, which is not that of lsof',
      rows: [anLsofRow(7, '100', { type: 'sock' })],
      differs: { isForeignToUs: true },
      says: ['lsof 7: lsof sees only its own network namespace, and calls these sock'],
    },
    {
      name: 'rows that are no descriptors',
      rows: [
        anLsofRow(7, '100'),
        anLsofRow(0, '2', { fd: null, fdText: 'cwd' }),
        anLsofRow(0, '3', { fd: null, fdText: 'txt' }),
      ],
      says: ['lsof : 2 rows of lsof are not descriptors (cwd, txt, mem): not counted'],
    },
  ])('is explained: $name', ({ rows, differs, says }) => {
    expect(reasons({ ...ONE, ...differs, tools: { lsof: lsofOf(...rows) } })).toEqual(says);
  });

  it('is told by inode where lsof cut the number', () => {
    const open = [aSocketAt(10_406, '100')];
    const lsof = lsofOf(anLsofRow(0, '100', { fd: null, fdText: '*406' }));
    expect(reasons({ ...ONE, open, tools: { lsof } })).toEqual([
      'lsof 10406: lsof cuts numbers of 10000 and more (*…): matched by inode',
    ]);
  });

  it.each<{ name: string; rows: readonly LsofRow[]; differs?: CaseDiffer; says: readonly string[] }>([
    {
      name: 'as many rows as eventfds',
      rows: [CUT_EVENTFD, CUT_EVENTFD],
      says: ['lsof 10001,10002: lsof cuts numbers of 10000 and more (*…): without an inode, matched by their count'],
    },
    {
      name: 'a row less, with one closed by now',
      rows: [CUT_EVENTFD],
      differs: { openAfterTools: new Set(['7', '10002', '10003']) },
      says: [
        'lsof 10001: closed between the two reads',
        'lsof 10002: lsof cuts numbers of 10000 and more (*…): without an inode it is unknown whether it showed them',
      ],
    },
    {
      name: 'a row more',
      rows: [CUT_EVENTFD, CUT_EVENTFD, CUT_EVENTFD],
      says: [
        'lsof 10001,10002: lsof cuts numbers of 10000 and more (*…): without an inode, matched by their count',
        'lsof : opened after the descriptors were listed',
      ],
    },
  ])('accuses lsof of nothing where a cut number has no inode either: $name', ({ rows, differs, says }) => {
    const open = [
      aSocketAt(7, '100'),
      anOpen(10_001, { kind: 'eventfd' }),
      anOpen(10_002, { kind: 'eventfd' }),
      aSocketAt(10_003, '101'),
    ];
    const lsof = lsofOf(anLsofRow(7, '100'), ...rows, anLsofRow(0, '101', { fd: null, fdText: '*003' }));
    const tables = { own: someTables([tcp(anInetRow('100')), tcp(anInetRow('101'))]) };
    const cut = 'lsof 10003: lsof cuts numbers of 10000 and more (*…): matched by inode';
    expect(reasons({ open, tables, ...differs, tools: { lsof } }).toSorted()).toEqual([...says, cut].toSorted());
  });

  it('is a denial where lsof may list nothing, not a count of 0', () => {
    const lsof = lsofOf(anLsofRow(0, '0', { fd: null, fdText: 'NOFD', type: '' }));
    const { sources } = inspectionOf({ ...ONE, open: null, tools: { lsof } });
    expect(sources.find(({ name }) => name === 'lsof')).toMatchObject({
      status: 'denied',
      descriptors: null,
      sockets: null,
    });
  });
});

describe('what ss and /proc see differently', () => {
  const dead = looksOf({ 100: someLooks(aProbe()) });

  it.each<{ name: string; differs: CaseDiffer; says: readonly string[] }>([
    { name: 'nothing', differs: { ...ONE, tools: { ss: anSsReading([anSsRow('100')]) } }, says: [] },
    {
      name: 'an orphan, which ss cannot list',
      differs: { open: [aSocketAt(7, '100')], probes: { looks: dead }, tools: { ss: anSsReading([]) } },
      says: ['ss 7: in no table: ss cannot list a socket that is orphaned'],
    },
    {
      name: 'a socket of another namespace',
      differs: {
        open: [aSocketAt(7, '100')],
        tables: { others: [someTables([tcp(anInetRow('100'))], { netns: '4026532000' })] },
        tools: { ss: anSsReading([]) },
      },
      says: ['ss 7: in another network namespace than ss'],
    },
    {
      name: 'one that is closed by now',
      differs: { ...ONE, openAfterTools: new Set(), tools: { ss: anSsReading([]) } },
      says: ['ss 7: closed between the two reads'],
    },
  ])('is explained: $name', ({ differs, says }) => {
    expect(reasons(differs)).toEqual(says);
  });
});

describe('what netstat and /proc see differently', () => {
  const netstatOf = (...inodes: readonly string[]) =>
    ({
      kind: 'read',
      rows: inodes.map((inode) => ({ protocol: 'tcp', inode: toInode(inode) })),
      faults: [],
      tookMs: 9,
    }) as const;

  it.each<{ name: string; differs: CaseDiffer; says: readonly string[] }>([
    { name: 'nothing', differs: { ...ONE, tools: { netstat: netstatOf('100') } }, says: [] },
    {
      name: 'an orphan, which it cannot list',
      differs: {
        open: [aSocketAt(7, '100')],
        probes: { looks: looksOf({ 100: someLooks(aProbe()) }) },
        tools: { netstat: netstatOf() },
      },
      says: ['netstat 7: in no table: netstat cannot list what is orphaned'],
    },
    {
      name: 'one that it missed',
      differs: { ...ONE, tools: { netstat: netstatOf('200') } },
      says: ['netstat 7: netstat did not show it: it may have changed its state between the two reads'],
    },
  ])('is explained: $name', ({ differs, says }) => {
    expect(reasons(differs)).toEqual(says);
  });

  it('counts the sockets of the process that it lists', () => {
    const { sources } = inspectionOf({ ...ONE, tools: { netstat: netstatOf('100', '300') } });
    expect(sources.find(({ name }) => name === 'netstat')).toMatchObject({ sockets: 1, matched: 1, unmatched: 0 });
  });
});

describe('what each source counts', () => {
  const differs: CaseDiffer = {
    open: [
      aSocketAt(7, '100'),
      aSocketAt(8, '100'),
      aSocketAt(9, '101'),
      aSocketAt(10, '102'),
      anOpen(0, { kind: 'file' }),
    ],
    tables: { own: someTables([tcp(anInetRow('100')), unix(aUnixRow('101'))]) },
    probes: { looks: looksOf({ 102: someLooks(aProbe()) }) },
  };

  it('adds up, descriptor by descriptor', () => {
    const { sources } = inspectionOf(differs);
    expect(sources.find(({ name }) => name === 'proc-fd')).toMatchObject({
      descriptors: 5,
      sockets: 4,
      matched: 3,
      unmatched: 1,
    });
    expect(sources.find(({ name }) => name === 'proc-net')).toMatchObject({ sockets: 3, matched: 3, unmatched: 0 });
    expect(sources.find(({ name }) => name === 'autopsy')).toMatchObject({ status: 'read', sockets: 1 });
  });

  it.each([
    { kind: 'unavailable', because: 'not installed' },
    { kind: 'denied', because: 'not permitted' },
    { kind: 'failed', because: 'exit status 1' },
    { kind: 'skipped', because: 'not chosen (--sources)' },
  ] as const)('is null, not 0, of a tool that is $kind', (reading) => {
    const { sources } = inspectionOf({ ...differs, tools: { lsof: reading, ss: reading, prlimit: reading } });
    for (const name of ['lsof', 'ss', 'prlimit']) {
      expect(sources.find((one) => one.name === name)).toMatchObject({
        status: reading.kind,
        because: reading.because,
        descriptors: null,
        sockets: null,
        matched: null,
        unmatched: null,
      });
    }
  });
});

describe('a limit that was changed between the reads', () => {
  it.each([
    { soft: 1024, hard: 4096, says: [] },
    {
      soft: 2048,
      hard: 4096,
      says: ['prlimit : prlimit says 2048:4096, /proc says 1024:4096: the limit was changed between the two reads'],
    },
  ])('is said: $soft', ({ soft, hard, says }) => {
    expect(
      reasons({
        tools: { prlimit: { kind: 'read', rows: [{ resource: 'NOFILE', soft, hard }], faults: [], tookMs: 2 } },
      }),
    ).toEqual(says);
  });
});
