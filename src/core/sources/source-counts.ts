import type { Descriptor } from '../model/descriptor.ts';
import type { Circumstances } from '../model/circumstances.ts';
import type { Evidence, ProbeEvidence } from '../model/evidence.ts';
import type { LsofRow, SsRow } from '../model/socket-row.ts';
import type { Source, SourceName } from '../model/source.ts';
import type { ToolReading } from '../model/tool-reading.ts';
import type { OwnView } from './own-view.ts';

/**
 * What each source counted. `matched` and `unmatched` mean the same for all: sockets that the tables list, and those in none.
 */
export function countSources({ evidence, circumstances, descriptors }: Inspected, view: OwnView): Source[] {
  const { lsof, ss, prlimit } = circumstances.tools;
  const { probes } = evidence;
  const held = countHeld(descriptors);
  return [
    countProcFd(evidence, circumstances, held),
    countProcNet(evidence, held),
    countNamespaces(evidence, held),
    countLsof(lsof, view),
    countSs(ss, view, evidence.open.kind === 'read'),
    toSource('prlimit', prlimit),
    countProbes(probes),
  ];
}

interface Inspected {
  readonly evidence: Evidence;
  readonly circumstances: Circumstances;
  readonly descriptors: readonly Descriptor[];
}

function blank(name: SourceName): Source {
  return {
    name,
    status: 'read',
    descriptors: null,
    sockets: null,
    matched: null,
    unmatched: null,
    tookMs: null,
    because: null,
  };
}

function toSource<Row>(name: SourceName, reading: ToolReading<Row>): Source {
  switch (reading.kind) {
    case 'read':
      return {
        ...blank(name),
        status: reading.faults.length === 0 ? 'read' : 'partial',
        tookMs: reading.tookMs,
        because: reading.faults.length === 0 ? null : `${reading.faults.length} lines made no sense`,
      };
    case 'timed-out':
      return { ...blank(name), status: 'timed-out', because: `no end after ${reading.afterMs} ms` };
    case 'skipped':
    case 'denied':
    case 'unavailable':
    case 'failed':
      return { ...blank(name), status: reading.kind, because: reading.because };
  }
}

const UNLISTED = 'its descriptors may be counted, not listed';

function countProcFd({ open }: Evidence, { descriptorsTookMs }: Circumstances, held: HeldCounts): Source {
  if (open.kind !== 'read')
    return {
      ...blank('proc-fd'),
      status: 'denied',
      because: UNLISTED,
    };
  const { descriptors, sockets, own, foreign } = held;
  const matched = own + foreign;
  return {
    ...blank('proc-fd'),
    descriptors,
    sockets,
    matched,
    unmatched: sockets - matched,
    tookMs: descriptorsTookMs,
  };
}

function countProcNet({ open, tables }: Evidence, { own: listed }: HeldCounts): Source {
  const { own, tookMs } = tables;
  if (own === null)
    return {
      ...blank('proc-net'),
      status: 'skipped',
      because: open.kind !== 'read' ? UNLISTED : 'no socket to look for',
    };
  const because = own.missing.map(({ name, because }) => `net/${name} ${because}`).join(', ');
  return {
    ...blank('proc-net'),
    status: because === '' ? 'read' : 'partial',
    sockets: listed,
    matched: listed,
    unmatched: 0,
    tookMs,
    because: because === '' ? null : because,
  };
}

function countNamespaces({ open, tables }: Evidence, { foreign }: HeldCounts): Source {
  if (!tables.namespacesSearched)
    return {
      ...blank('namespaces'),
      status: 'skipped',
      because: open.kind !== 'read' ? UNLISTED : 'no socket was left to look for',
    };
  const { namespacesDenied } = tables;
  return {
    ...blank('namespaces'),
    status: namespacesDenied === 0 ? 'read' : 'partial',
    sockets: foreign,
    matched: foreign,
    unmatched: 0,
    because: namespacesDenied === 0 ? null : `the namespace of ${namespacesDenied} processes could not be told`,
  };
}

function countProbes({ status, looks, tookMs, because }: ProbeEvidence): Source {
  return { ...blank('autopsy'), status, sockets: tookMs === null ? null : looks.size, tookMs, because };
}

/** What the descriptors of a process come to. */
interface HeldCounts {
  readonly descriptors: number;
  readonly sockets: number;
  /** Sockets in a table of the own namespace, and of another. */
  readonly own: number;
  readonly foreign: number;
}

function countHeld(descriptors: readonly Descriptor[]): HeldCounts {
  let [sockets, own, foreign] = [0, 0, 0];
  for (const { kind, socket } of descriptors) {
    if (kind !== 'socket') continue;
    sockets++;
    if (socket?.listed !== true) continue;
    if (socket.foreign === true) foreign++;
    else own++;
  }
  return { descriptors: descriptors.length, sockets, own, foreign };
}

const LSOF_SOCKETS = /^(sock|IPv4|IPv6|inet|unix|netlink|pack|raw6?|rawsock)$/;

/** Rows of lsof that are numbered descriptors: not cwd, txt, mem. */
export function numberedRows(rows: readonly LsofRow[]): LsofRow[] {
  return rows.filter(({ fd, fdText }) => fd !== null || fdText.startsWith('*'));
}

function countLsof(lsof: ToolReading<LsofRow>, view: OwnView): Source {
  const source = toSource('lsof', lsof);
  if (lsof.kind !== 'read') return source;
  if (lsof.rows.some(({ fdText }) => fdText === 'NOFD'))
    return { ...source, status: 'denied', because: 'lsof may not list the descriptors of this process' };
  const rows = numberedRows(lsof.rows);
  const sockets = rows.filter(({ type }) => LSOF_SOCKETS.test(type));
  const matched = sockets.filter(({ inode }) => inode !== null && view.isListed(inode)).length;
  return { ...source, descriptors: rows.length, sockets: sockets.length, matched, unmatched: sockets.length - matched };
}

function countSs(ss: ToolReading<SsRow>, view: OwnView, isListable: boolean): Source {
  const source = toSource('ss', ss);
  if (ss.kind !== 'read' || !isListable) return source;
  const inodes = new Set(ss.rows.map(({ inode }) => inode));
  const seen = [...view.byInode.keys()].filter((inode) => inodes.has(inode));
  const matched = seen.filter((inode) => view.isListed(inode)).length;
  return { ...source, sockets: seen.length, matched, unmatched: seen.length - matched };
}
