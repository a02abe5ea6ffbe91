import type { Kind } from '../../src/core/model/descriptor.ts';
import { toInode, type Inode } from '../../src/core/model/inode.ts';
import { withLsofNames } from '../../src/core/evidence/lsof-names.ts';
import { noWalk } from '../../src/core/classify/walk-evidence.ts';
import { toInspection } from '../../src/core/inspection.ts';
import type { Circumstances } from '../../src/core/circumstances.ts';
import {
  type DeadEvidence,
  type Evidence,
  type Looks,
  NOTHING_ASKED,
  type ProbeEvidence,
  type TableEvidence,
} from '../../src/core/model/evidence.ts';
import type { Inspection } from '../../src/core/model/inspection.ts';
import type { OpenDescriptor } from '../../src/core/model/open-descriptor.ts';
import type { SocketProbe, TcpInfo } from '../../src/core/model/probe.ts';
import type { UnixRow } from '../../src/core/model/socket-row.ts';
import type { SsRow } from '../../src/core/model/tool-row.ts';
import type { InetRow } from '../../src/core/model/inet-row.ts';
import type { ListedSocket, SocketTables } from '../../src/core/model/socket-tables.ts';
import type { SsReading } from '../../src/core/model/tool-reading.ts';

/** Evidence of a small process, pid 4242, in which a test says only what differs. */

const NETNS = '4026531833';
const SKIPPED = { kind: 'skipped', because: 'not chosen (--sources)' } as const;

export function aSocketAt(fd: number, inode: string, tid: number | null = null): OpenDescriptor {
  return anOpen(fd, { link: `socket:[${inode}]`, kind: 'socket', inode: toInode(inode), tid });
}

export function anOpen(fd: number, differs: Partial<OpenDescriptor> & { readonly kind: Kind }): OpenDescriptor {
  return { fd, tid: null, link: '/dev/null', inode: null, deleted: false, sizeBytes: null, object: null, ...differs };
}

/** Established, on port 8080. */
export function anInetRow(inode: string, differs: Partial<InetRow> = {}): InetRow {
  return {
    inode: toInode(inode),
    state: 'ESTABLISHED',
    local: { address: '127.0.0.1', port: 8080 },
    remote: { address: '127.0.0.1', port: 50_000 },
    sendQueueBytes: 0,
    recvQueueBytes: 0,
    backlog: null,
    use: null,
    ...differs,
  };
}

export function aUnixRow(inode: string, differs: Partial<UnixRow> = {}): UnixRow {
  return { inode: toInode(inode), type: 'stream', state: 'CONNECTED', pathBytes: null, ...differs };
}

export function anSsRow(inode: string, differs: Partial<SsRow> = {}): SsRow {
  return {
    netid: 'tcp',
    state: 'ESTABLISHED',
    recvQueue: 0,
    sendQueue: 0,
    inode: toInode(inode),
    cookie: '1012',
    local: '127.0.0.1:8080',
    remote: '127.0.0.1:50000',
    peerInode: null,
    ...differs,
  };
}

export const tcp = (row: InetRow): ListedSocket => ({ table: 'tcp', row });
export const unix = (row: UnixRow): ListedSocket => ({ table: 'unix', row, diag: null, peerPathBytes: null });

export function someTables(listed: readonly ListedSocket[], differs: Partial<SocketTables> = {}): SocketTables {
  return {
    netns: NETNS,
    byInode: new Map(listed.map((one) => [one.row.inode, one])),
    ownerless: [],
    missing: [],
    mptcpSockets: 0,
    mptcp: null,
    faults: [],
    ...differs,
  };
}

/** No walk, and nobody asked what the threads are at. */
export const NOTHING_DEAD: DeadEvidence = {
  certainAfterMs: 600_000,
  walk: noWalk('skipped', 'nothing is dead'),
  threads: null,
  heldUpBecause: null,
};

/** `TCP_INFO` of a connection that died 60 s ago. */
function anInfo(differs: Partial<TcpInfo> = {}): TcpInfo {
  return {
    state: 'CLOSE',
    rcvMss: 536,
    pmtu: 65_535,
    rcvSpace: 65_483,
    lastDataSentMs: 60_000,
    lastDataRecvMs: 60_000,
    lastAckRecvMs: 60_000,
    bytesAcked: 1,
    bytesReceived: 1,
    ...differs,
  };
}

/** A TCP connection accepted on port 8080 that was reset 60 s ago. */
export function aProbe(differs: Partial<Omit<SocketProbe, 'info'>> = {}, info: Partial<TcpInfo> = {}): SocketProbe {
  return {
    family: 'inet',
    type: 'stream',
    protocol: 'tcp',
    info: anInfo(info),
    local: { address: '127.0.0.1', port: 8080 },
    remote: null,
    errorPending: true,
    hungUp: true,
    readEnded: true,
    hasPeer: null,
    unreadBytes: null,
    memoryBytes: null,
    foreign: false,
    netns: NETNS,
    ...differs,
  };
}

export const someLooks = (first: SocketProbe | null, second: SocketProbe | null = null): Looks => ({
  first,
  second,
  because: null,
});

export function anSsReading(rows: readonly SsRow[], differs: { readonly knowsMptcp?: boolean } = {}): SsReading {
  return { kind: 'read', rows, faults: [], tookMs: 10, knowsMptcp: true, ...differs };
}

export interface EvidenceDiffer extends Partial<Omit<Evidence, 'open' | 'tables' | 'probes'>> {
  /** null where they may not be listed. */
  readonly open?: readonly OpenDescriptor[] | null;
  readonly tables?: Partial<TableEvidence>;
  readonly probes?: Partial<ProbeEvidence>;
}

/** Everything could be read, no socket is open, nothing was asked, no tool ran. */
export function someEvidence({ open = [], tables, probes, ...differs }: EvidenceDiffer = {}): Evidence {
  return {
    open: open === null ? { kind: 'denied', path: '/proc/4242/fd' } : { kind: 'read', value: open },
    tables: {
      own: someTables([]),
      others: [],
      namespacesDenied: 0,
      namespacesSearched: true,
      readAgain: false,
      tookMs: 1,
      ...tables,
    },
    probes: {
      status: 'read',
      because: null,
      isChosen: true,
      tookMs: 1,
      looks: new Map(),
      apartMs: null,
      askedAgoMs: 0,
      ...probes,
    },
    dead: NOTHING_DEAD,
    protocolNames: new Map(),
    ss: SKIPPED,
    leftOut: null,
    unread: null,
    epollSets: [],
    sharedFiles: [],
    ...NOTHING_ASKED,
    ...differs,
  };
}

export type CircumstancesDiffer = Partial<Circumstances>;

/** A root user's look at pid 4242, without tools. */
export function someCircumstances(differs: CircumstancesDiffer = {}): Circumstances {
  return {
    version: '0.1.0',
    host: 'micro-server',
    bootId: null,
    takenAt: '2026-11-22T19:46:00.000Z',
    secondLookAt: null,
    tookMs: 12,
    quotas: null,
    oldWorkers: null,
    options: { sources: ['proc', 'autopsy'], settleMs: 250, certainAfterMs: 600_000 },
    process: {
      pid: 4242,
      startTicks: 918_273,
      startedAt: null,
      comm: 'app',
      exe: null,
      cmdline: null,
      uid: 1000,
      threads: 1,
      netns: NETNS,
      pidInNamespace: 4242,
      cgroup: null,
    },
    limits: { soft: 1024, hard: 4096, open: 3, free: 1021, utilization: 0.003, highestFd: 9, peakTableSize: 64 },
    descriptorsTookMs: 1,
    tools: {},
    openAfterTools: null,
    dropped: new Set(),
    isForeignToUs: false,
    viewer: { uid: 0, hasSysResource: false },
    ...differs,
  };
}

export type CaseDiffer = EvidenceDiffer & CircumstancesDiffer;

/** The inspection that such evidence gives; what the tools said is evidence as well. */
export function inspectionOf(differs: CaseDiffer = {}): Inspection {
  const circumstances = someCircumstances(differs);
  const { lsof = SKIPPED, ss = SKIPPED } = circumstances.tools;
  const evidence = someEvidence({ ss, ...differs });
  return toInspection({ ...evidence, protocolNames: withLsofNames(evidence.protocolNames, lsof) }, circumstances);
}

/** Looks by inode. */
export function looksOf(looks: Readonly<Record<string, Looks>>): ReadonlyMap<Inode, Looks> {
  return new Map(Object.entries(looks).map(([inode, one]) => [toInode(inode), one]));
}

/** Protocol names by inode. */
export function namesOf(names: Readonly<Record<string, string>>): ReadonlyMap<Inode, string> {
  return new Map(Object.entries(names).map(([inode, name]) => [toInode(inode), name]));
}
