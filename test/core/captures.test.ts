import { describe, expect, it } from 'vitest';
import { parseInspections } from '../../src/core/compare/parse-inspection.ts';
import type { Looks } from '../../src/core/model/evidence.ts';
import { type Inode, toInode } from '../../src/core/model/inode.ts';
import type { Inspection } from '../../src/core/model/inspection.ts';
import type { OpenDescriptor } from '../../src/core/model/open-descriptor.ts';
import type { LsofRow } from '../../src/core/model/tool-row.ts';
import type { ListedSocket } from '../../src/core/model/socket-tables.ts';
import { parseLsofTable } from '../../src/core/parse/lsof-table.ts';
import { parseNetstat, type NetstatRow } from '../../src/core/parse/netstat.ts';
import { parseFdLink } from '../../src/core/parse/proc-fd-link.ts';
import { parseProcNetInet } from '../../src/core/parse/proc-net-inet.ts';
import { parseProcNetUnix } from '../../src/core/parse/proc-net-unix.ts';
import { parseSs } from '../../src/core/parse/ss.ts';
import { renderJson } from '../../src/report/inspection/json.ts';
import { fixture } from '../lines.ts';
import {
  type CaseDiffer,
  aProbe,
  aUnixRow,
  anInetRow,
  aSocketAt,
  inspectionOf,
  someLooks,
  someTables,
  unix,
} from './evidence-builder.ts';

const LINE = /^[-a-z]{10} .* (\d+) -> (.*)$/;

/** What `ls -l /proc/<pid>/fd` listed. */
function openOf(listing: string): OpenDescriptor[] {
  return listing.split('\n').flatMap((line) => {
    const [, fd, link] = LINE.exec(line) ?? [];
    if (fd === undefined || link === undefined) return [];
    const { kind, inode } = parseFdLink(link);
    return {
      fd: Number(fd),
      tid: null,
      link,
      kind: kind === 'path' ? 'file' : kind,
      inode,
      deleted: false,
      sizeBytes: null,
      object: null,
    };
  });
}

/** The captured look as `fdleak inspect --sources proc,lsof,ss` would have had it. */
function factsOf(moment: string, { lsof = 'lsof.txt', isForeignToUs = false } = {}): CaseDiffer {
  const text = (name: string): string => fixture(`gshell/${moment}/${name}`);
  const inet = (table: 'tcp' | 'tcp6'): ListedSocket[] =>
    parseProcNetInet(table, text(`proc-net-${table}.txt`), 'LE').rows.map((row) => ({ table, row }));
  const listed = [...inet('tcp'), ...inet('tcp6'), ...parseProcNetUnix(text('proc-net-unix.txt')).rows.map(unix)];
  const open = openOf(text('proc-fd.txt'));
  return {
    open,
    tables: { own: someTables(listed.filter(({ row }) => row.inode !== '0')) },
    probes: { status: 'unavailable', because: 'not chosen (--sources)', isChosen: false, tookMs: null },
    tools: {
      lsof: { kind: 'read', ...parseLsofTable(text(lsof)), tookMs: 40 },
      ss: { kind: 'read', ...parseSs(text('ss-tanpe.txt'), 'tcp'), knowsMptcp: false, tookMs: 12 },
    },
    openAfterTools: new Set(open.map(({ fd }) => `${fd}`)),
    isForeignToUs,
  };
}

const source = ({ sources }: Inspection, name: string) => sources.find((one) => one.name === name);
const sockets = ({ descriptors }: Inspection) => descriptors.filter(({ kind }) => kind === 'socket');

describe('toInspection of the captured gshell daemon', () => {
  it.each([
    { moment: '0-healthy', unlisted: 0, matched: 13 },
    { moment: '2-after-90s', unlisted: 40, matched: 10 },
    { moment: 'fixed-2-after-80s', unlisted: 0, matched: 10 },
  ])('finds $unlisted sockets in no table and $matched in one: $moment', ({ moment, unlisted, matched }) => {
    const inspection = inspectionOf(factsOf(moment));

    expect(inspection.summary.byVerdict?.unlisted ?? 0).toBe(unlisted);
    expect(inspection.summary.byVerdict?.undecided ?? 0).toBe(0);
    expect(sockets(inspection).filter(({ socket }) => socket?.listed === true)).toHaveLength(matched);
    expect(source(inspection, 'proc-fd')).toMatchObject({ sockets: matched + unlisted, matched, unmatched: unlisted });
  });

  it('takes the protocol of the 40 from lsof, and orphans none on text alone', () => {
    const inspection = inspectionOf(factsOf('2-after-90s'));
    const unlisted = sockets(inspection).filter(({ verdict }) => verdict.is === 'unlisted');

    expect(new Set(unlisted.map(({ socket }) => `${socket?.family} ${socket?.protocol}`))).toEqual(
      new Set(['inet6 tcp']),
    );
    expect(new Set(unlisted.map(({ verdict }) => verdict.leak))).toEqual(new Set(['suspect']));
    expect(inspection.summary.byVerdict?.orphaned).toBeUndefined();
  });

  it('counts the same as lsof', () => {
    const { sockets: count, matched, unmatched } = source(inspectionOf(factsOf('2-after-90s')), 'lsof') ?? {};
    expect({ count, matched, unmatched }).toEqual({ count: 50, matched: 10, unmatched: 40 });
  });

  it('explains what lsof of another network namespace calls sock', () => {
    const inspection = inspectionOf(factsOf('2-after-90s', { lsof: 'lsof-from-other-netns.txt', isForeignToUs: true }));
    const listed = sockets(inspection).filter(({ socket }) => socket?.listed === true && socket.family !== 'unix');
    const reasons = inspection.disagreements.filter(({ between }) => between.includes('lsof'));
    const ofNamespace = reasons.find(({ because }) => because.includes('its own network namespace'));

    expect(ofNamespace?.fds).toEqual(expect.arrayContaining(listed.map(({ fd }) => fd)));
    expect(reasons.map(({ because }) => because)).toEqual([
      'lsof sees only its own network namespace, and calls these sock',
      '3 rows of lsof are not descriptors (cwd, txt, mem): not counted',
    ]);
    expect(inspection.summary.byVerdict?.unlisted).toBe(40);
  });
});

/** `fd 21 socket:[164604] CLOSE local ('::ffff:127.0.0.1', 37085, 0, 0) peer Transport … keepalive …[1, 15, 15, 9, 0]` */
const PEEKED = /^fd \d+ socket:\[(\d+)\] CLOSE local \('(.+)', (\d+), 0, 0\) peer .* \[1, 15, 15, 9, 0\]$/;

/** What each socket in no table answered: its state and its end, not whether an error is pending. Keepalive is on: it was accepted. */
function peekedAt(moment: string): Map<Inode, Looks> {
  const looks = new Map<Inode, Looks>();
  for (const line of fixture(`gshell/${moment}/peeksock.txt`).split('\n')) {
    const [, inode, address, port] = PEEKED.exec(line) ?? [];
    if (inode === undefined || address === undefined) continue;
    const probe = aProbe({ family: 'inet6', errorPending: null, local: { address, port: Number(port) } });
    looks.set(toInode(inode), someLooks(probe, probe));
  }
  return looks;
}

describe('toInspection of the captured daemon whose dead sockets were asked', () => {
  const facts = factsOf('2-after-90s');
  const look = { status: 'read', because: null, isChosen: true, tookMs: 3, apartMs: 1200, askedAgoMs: 0 } as const;
  const inspection = inspectionOf({ ...facts, probes: { ...look, looks: peekedAt('2-after-90s') } });
  const dead = ({ descriptors }: Inspection) => descriptors.filter(({ verdict }) => verdict.is === 'orphaned');

  it('finds 40 connections that are over on :37085, of an unknown cause, each a suspect', () => {
    const facts40 = dead(inspection).map(({ socket, verdict }) => {
      const port = socket?.family === 'inet6' ? socket.acceptedOn?.port : null;
      return `${port} ${verdict.cause} ${verdict.leak}`;
    });
    expect(facts40).toEqual(Array.from({ length: 40 }, () => '37085 unknown suspect'));
  });

  it('says the same when it is read back from a capture', () => {
    const [again] = parseInspections([...renderJson([inspection], { manyTargets: false })].join(''));
    expect(dead(again!)).toEqual(dead(inspection));
    expect(again!.findings).toEqual(inspection.findings);
  });
});

describe('toInspection of the published listing', () => {
  const lsof = parseLsofTable(fixture('seed/lsof.txt'));
  const netstat = parseNetstat(fixture('seed/netstat.txt'));
  const open = lsof.rows.map(({ fd, inode }) => aSocketAt(fd ?? -1, inode ?? '?'));

  it('reads every line of both', () => {
    expect([lsof.faults, netstat.faults]).toEqual([[], []]);
    expect([lsof.rows.length, netstat.rows.length]).toEqual([33, 19]);
  });

  it('matches 19 sockets one to one, and finds 14 TCPv6 in no table', () => {
    const matches = netstat.rows.map((row) => lsof.rows.filter((other) => isSameSocket(row, other)));
    expect(matches.map(({ length }) => length)).toEqual(Array.from({ length: 19 }, () => 1));
    const listed = netstat.rows.map((row, at) => toListed(row, matches[at]?.[0]?.inode ?? '?'));

    const inspection = inspectionOf({
      open,
      tables: { own: someTables(listed) },
      tools: { lsof: { kind: 'read', ...lsof, tookMs: null } },
    });
    const nowhere = inspection.descriptors.filter(({ verdict }) => verdict.is === 'unlisted');

    expect(new Set(inspection.descriptors.map(({ inode }) => inode)).size).toBe(33);
    expect(inspection.descriptors.filter(({ socket }) => socket?.listed === true)).toHaveLength(19);
    expect(nowhere.map(({ socket }) => `${socket?.family} ${socket?.protocol}`)).toEqual(
      Array.from({ length: 14 }, () => 'inet6 tcp'),
    );
    expect(source(inspection, 'lsof')).toMatchObject({ sockets: 33, matched: 19, unmatched: 14 });
  });
});

/** netstat prints inodes of unix sockets alone: the others are told by their port, and whether they listen. */
function isSameSocket(row: NetstatRow, { inode, type, name }: LsofRow): boolean {
  if (row.inode !== null) return row.inode === inode;
  const port = row.local?.split(':').at(-1) ?? '';
  const isOurs = name.split('->')[0]?.replace(/ .*/, '').endsWith(`:${port}`) === true;
  return type.startsWith('IP') && isOurs && (row.state === 'ESTABLISHED') === name.includes('ESTABLISHED');
}

function toListed(row: NetstatRow, inode: string): ListedSocket {
  if (row.inode !== null) return unix(aUnixRow(inode, { state: 'LISTEN' }));
  const state = row.state === 'LISTEN' || row.state === 'ESTABLISHED' ? row.state : 'CLOSE';
  const table = row.protocol === 'tcp6' ? 'tcp6' : 'udp';
  return { table, row: anInetRow(inode, { state }) };
}
