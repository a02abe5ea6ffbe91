import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toInspection } from '../../src/core/inspection.ts';
import { type Evidence, listedIn, type Looks } from '../../src/core/model/evidence.ts';
import type { Inspection } from '../../src/core/model/inspection.ts';
import type { OpenDescriptor } from '../../src/core/model/open-descriptor.ts';
import type { SocketProbe } from '../../src/core/model/probe.ts';
import type { ListedSocket, SocketTables } from '../../src/core/model/socket-tables.ts';
import { TCP_STATES } from '../../src/core/model/socket.ts';
import {
  anInetRow,
  anOpen,
  aProbe,
  aSocketAt,
  aUnixRow,
  looksOf,
  namesOf,
  inspectionOf,
  NOTHING_DEAD,
  someCircumstances,
  someEvidence,
  someLooks,
  someTables,
  tcp,
  unix,
} from './evidence-builder.ts';

/** Few inodes, so that tables, looks, names and descriptors meet. */
const INODES = ['100', '101', '102', '103', '104', '105'];

const anyListed = (inode: string): fc.Arbitrary<ListedSocket> =>
  fc.oneof(
    fc.constantFrom(...TCP_STATES).map((state) => tcp(anInetRow(inode, { state }))),
    fc.constant<ListedSocket>({ table: 'tcp6', row: anInetRow(inode) }),
    fc.constant<ListedSocket>({ table: 'udp', row: anInetRow(inode, { state: 'CLOSE' }) }),
    fc.constantFrom('UNCONNECTED', 'CONNECTED', 'LISTEN').map((state) => unix(aUnixRow(inode, { state }))),
  );

const anyTables = (missing: fc.Arbitrary<SocketTables['missing']>): fc.Arbitrary<SocketTables> =>
  fc
    .tuple(fc.subarray(INODES), missing, fc.constantFrom('4026531833', '4026532000'))
    .chain(([inodes, missing, netns]) =>
      fc.tuple(...inodes.map(anyListed)).map((listed) => someTables(listed, { missing, netns })),
    );

const anyMissing: fc.Arbitrary<SocketTables['missing']> = fc.subarray([
  { name: 'tcp', because: 'denied' },
  { name: 'tcp6', because: '2 lines of it make no sense' },
]);

const anyProbe: fc.Arbitrary<SocketProbe> = fc
  .record({
    state: fc.constantFrom(...TCP_STATES),
    rcvSpace: fc.constantFrom(0, 65_483),
    pmtu: fc.constantFrom(0, 1500),
    rcvMss: fc.constantFrom(0, 88),
    silentMs: fc.constantFrom(0, 29_999, 30_000, 4_000_000_000),
    errorPending: fc.boolean(),
    readEnded: fc.boolean(),
    protocol: fc.constantFrom('tcp', 'mptcp'),
    port: fc.constantFrom(0, 8080),
    foreign: fc.constantFrom(true, false, null),
  })
  .map(({ state, rcvSpace, pmtu, rcvMss, silentMs, port, ...rest }) =>
    aProbe(
      { ...rest, local: { address: '127.0.0.1', port } },
      {
        state,
        rcvSpace,
        pmtu,
        rcvMss,
        lastDataSentMs: silentMs,
        lastDataRecvMs: silentMs,
        lastAckRecvMs: silentMs,
      },
    ),
  );

const anyLooks: fc.Arbitrary<Looks> = fc.record({
  first: fc.option(anyProbe),
  second: fc.option(anyProbe),
  because: fc.option(fc.constant('pidfd_getfd: errno 24')),
});

const anyOpen: fc.Arbitrary<readonly OpenDescriptor[]> = fc.uniqueArray(
  fc
    .record({ fd: fc.nat(40), inode: fc.constantFrom(...INODES, null), tid: fc.constantFrom(null, null, 4250) })
    .map(({ fd, inode, tid }) => (inode === null ? anOpen(fd, { kind: 'file', tid }) : aSocketAt(fd, inode, tid))),
  { selector: ({ fd, tid }) => `${tid}/${fd}` },
);

const anyEvidence: fc.Arbitrary<Evidence> = fc
  .record({
    open: anyOpen,
    own: fc.option(anyTables(anyMissing)),
    others: fc.array(anyTables(fc.constant([])), { maxLength: 2 }),
    looks: fc.dictionary(fc.constantFrom(...INODES), anyLooks, { noNullPrototype: true }),
    names: fc.dictionary(fc.constantFrom(...INODES), fc.constantFrom('TCP', 'TCPv6', 'MPTCP', 'UDP', 'UNIX', 'XDP'), {
      noNullPrototype: true,
    }),
    apartMs: fc.constantFrom(null, 1200, 599_999, 600_000),
    secondLook: fc.constantFrom('taken', 'not-needed', 'off'),
  })
  .map(({ open, own, others, looks, names, apartMs, secondLook }) =>
    someEvidence({
      open,
      tables: { own, others },
      protocolNames: namesOf(names),
      probes: { looks: looksOf(looks), apartMs },
      secondLook,
    }),
  );

const inspect = (evidence: Evidence): Inspection => toInspection(evidence, someCircumstances());

/** Verdicts by descriptor, without the words. */
function verdictsOf({ descriptors }: Inspection): Readonly<Record<string, string>> {
  return Object.fromEntries(descriptors.map(({ fd, tid, verdict }) => [`${tid}/${fd}`, verdict.is]));
}

const reversed = (tables: SocketTables): SocketTables => ({
  ...tables,
  byInode: new Map([...tables.byInode].toReversed()),
});

it('knows no counts of descriptors that it could not list: null, not 0', () => {
  const { summary, sources } = inspectionOf({ open: null, tables: { namespacesSearched: false } });
  expect(summary).toEqual({ byKind: null, byVerdict: null, byLeak: null });
  expect(sources.find(({ name }) => name === 'namespaces')?.because).toBe(
    'its descriptors may only be counted, not listed',
  );
});

describe('toInspection, whatever the evidence', () => {
  it('counts every descriptor exactly once in each summary', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const { descriptors, summary } = inspect(evidence);
        const sum = (counts: object | null): number =>
          Object.values(counts ?? {}).reduce((a: number, b: number) => a + b, 0);

        expect(descriptors.map(({ fd, tid }) => [fd, tid])).toEqual(listedIn(evidence).map(({ fd, tid }) => [fd, tid]));
        expect([sum(summary.byKind), sum(summary.byVerdict), sum(summary.byLeak)]).toEqual(
          Array.from({ length: 3 }, () => descriptors.length),
        );
      }),
    );
  });

  it('judges the same in whatever order rows and looks come', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const { tables, probes } = evidence;
        const turned: Evidence = {
          ...evidence,
          tables: { ...tables, own: tables.own === null ? null : reversed(tables.own) },
          probes: { ...probes, looks: new Map([...probes.looks].toReversed()) },
        };
        expect(verdictsOf(inspect(turned))).toEqual(verdictsOf(inspect(evidence)));
      }),
    );
  });

  it('never turns a known verdict into "unlisted" by one more namespace', () => {
    fc.assert(
      fc.property(anyEvidence, anyTables(fc.constant([])), (evidence, more) => {
        const before = verdictsOf(inspect(evidence));
        const after = verdictsOf(
          inspect({ ...evidence, tables: { ...evidence.tables, others: [...evidence.tables.others, more] } }),
        );
        expectNoNewUnlisted(before, after);
      }),
    );
  });

  it('never turns a known verdict into "unlisted" by one more row in the own tables', () => {
    fc.assert(
      fc.property(anyEvidence, fc.constantFrom(...INODES).chain(anyListed), (evidence, more) => {
        const { own } = evidence.tables;
        fc.pre(own !== null);
        const byInode = new Map([[more.row.inode, more], ...own.byInode]);
        const after = inspect({ ...evidence, tables: { ...evidence.tables, own: { ...own, byInode } } });
        expectNoNewUnlisted(verdictsOf(inspect(evidence)), verdictsOf(after));
      }),
    );
  });

  it('never turns a known verdict into "unlisted" by an answer of the socket itself', () => {
    fc.assert(
      fc.property(anyEvidence, fc.constantFrom(...INODES), anyProbe, (evidence, inode, probe) => {
        const looks = new Map([...evidence.probes.looks, ...looksOf({ [inode]: someLooks(probe) })]);
        const after = inspect({ ...evidence, probes: { ...evidence.probes, looks } });
        expectNoNewUnlisted(verdictsOf(inspect(evidence)), verdictsOf(after));
      }),
    );
  });

  it('calls a leak certain only after two looks that both found the connection over', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        for (const { inode, verdict } of inspect(evidence).descriptors) {
          if (verdict.leak !== 'certain') continue;
          const looks = inode === null ? undefined : evidence.probes.looks.get(inode);
          const seen = [looks?.first, looks?.second].map((probe) => [
            probe?.info?.state,
            (probe?.info?.rcvSpace ?? 0) > 0,
          ]);

          expect(verdict.is).toBe('orphaned');
          expect(evidence.probes.apartMs).not.toBeNull();
          expect(seen).toEqual([
            ['CLOSE', true],
            ['CLOSE', true],
          ]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('calls nothing orphaned that did not say so itself', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const silent = inspect({ ...evidence, probes: { ...evidence.probes, looks: new Map() } });
        expect(silent.summary.byVerdict?.orphaned).toBeUndefined();
      }),
    );
  });

  it('rests neither "unlisted" nor "orphaned" on a table that could not be read', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const { own } = evidence.tables;
        fc.pre(own !== null);
        const missing = ['tcp', 'tcp6'].map((name) => ({ name, because: 'cut' }));
        const { summary } = inspect({
          ...evidence,
          tables: { ...evidence.tables, own: { ...own, missing } },
          probes: { ...evidence.probes, looks: new Map() },
        });
        expect([summary.byVerdict?.unlisted, summary.byVerdict?.orphaned]).toEqual([undefined, undefined]);
      }),
    );
  });
});

function expectNoNewUnlisted(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): void {
  for (const [name, is] of Object.entries(before)) {
    if (is !== 'unlisted' && is !== 'undecided') expect(after[name]).not.toBe('unlisted');
  }
}

describe('toInspection of an orphan', () => {
  const dead = aProbe({}, { lastDataSentMs: 100, lastDataRecvMs: 100, lastAckRecvMs: 100 });
  const alive = aProbe({}, { state: 'ESTABLISHED' });
  const silent = aProbe();
  const AT_REST = { kind: 'read', threads: [] } as const;
  const judge = (looks: Looks, apartMs: number | null) =>
    inspectionOf({
      open: [aSocketAt(7, '100')],
      probes: { looks: looksOf({ 100: looks }), apartMs },
      dead: { ...NOTHING_DEAD, threads: AT_REST },
    }).descriptors[0]?.verdict.leak;

  it.each([
    { name: 'seen once', looks: someLooks(silent), apartMs: null, leak: 'suspect' },
    {
      name: 'silent for long, seen twice within 1.2 s',
      looks: someLooks(silent, silent),
      apartMs: 1200,
      leak: 'suspect',
    },
    { name: 'seen twice a moment too early', looks: someLooks(dead, dead), apartMs: 599_999, leak: 'suspect' },
    { name: 'seen twice 10 min apart', looks: someLooks(dead, dead), apartMs: 600_000, leak: 'certain' },
    { name: 'alive at the first look', looks: someLooks(alive, dead), apartMs: 600_000, leak: 'suspect' },
    { name: 'not asked at the first look', looks: someLooks(null, silent), apartMs: 600_000, leak: 'suspect' },
  ])('that was $name is a leak: $leak', ({ looks, apartMs, leak }) => {
    expect(judge(looks, apartMs)).toBe(leak);
  });
});
