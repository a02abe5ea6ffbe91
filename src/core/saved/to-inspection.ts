import { CERTAIN_AFTER_MS } from '../classify/certainty.ts';
import { noWalk } from '../classify/walk-evidence.ts';
import { matchHolders } from '../holders/match-holders.ts';
import { composeInspection } from '../inspection.ts';
import { judge } from '../judge.ts';
import { type Evidence, NOTHING_ASKED } from '../model/evidence.ts';
import type { Inode } from '../model/inode.ts';
import type { Inspection } from '../model/inspection.ts';
import type { OpenDescriptor } from '../model/open-descriptor.ts';
import type { ProcessIdentity } from '../model/process.ts';
import { toBytes } from '../parse/bytes.ts';
import { toSavedCapability } from './capability.ts';
import type { SavedFile } from './file.ts';
import { toEpollSets } from './epoll-sets.ts';
import { addSockets, inodeOf } from './held-sockets.ts';
import { mergeDescriptors, type MergedDescriptors } from './merge-descriptors.ts';
import { UNIDENTIFIED } from '../parse/protocol-name.ts';
import type { Part, SavedDescriptor } from './part.ts';
import { toRecognised } from './recognised.ts';
import { factsOf } from './process-facts.ts';
import { toSavedLimits } from './limits.ts';
import { type StackTexts, toStackEvidence } from './stack-evidence.ts';
import { toThreadFacts } from './thread-facts.ts';
import { toSavedSources } from './sources.ts';
import { hasAllTables, type NamedSocket, toTables } from './tables.ts';

const SAVED = 'it was read from saved text';
const SKIPPED = { kind: 'skipped', because: SAVED } as const;

/** What a saved inspection is made of beside its text. */
export interface SavedRequest {
  readonly files: readonly SavedFile[];
  /** Stacks that were named beside them. */
  readonly stacks: StackTexts;
  /** null where no part names a process. */
  readonly pid: number | null;
  readonly version: string;
}

/**
 * Turns saved listings of one process into the document that a look at the living process gives: the same verdicts, places and
 * findings, as far as the listings go. What they do not show is `unlisted`, `undecided` or null, and lowers the level.
 */
export function toSavedInspection({ files, stacks, pid, version }: SavedRequest): Inspection {
  const parts = files.flatMap(({ saved }) => saved.parts);
  const merged = mergeDescriptors(parts, pid);
  const rows = addSockets(merged.rows, parts, pid);
  const named = (rows ?? []).map((row, at) => ({
    row,
    inode: row.kind === 'socket' ? inodeOf(row, at + 1) : row.inode,
  }));
  const held = named.flatMap(({ row, inode }): readonly NamedSocket[] =>
    row.socket === null || inode === null ? [] : [{ inode, socket: row.socket }],
  );
  const evidence: Evidence = {
    ...toEvidence(parts, named, rows !== null, held),
    // Of a listing that lacks rows, what is watched would seem to be closed.
    epollSets: merged.isWhole ? toEpollSets(parts, pid, named.map(toOpen)) : null,
  };
  const inspection = composeInspection(
    evidence,
    { ...UNKNOWN, version, process: toProcess(parts, pid), limits: toSavedLimits(parts, pid, rows, merged.isWhole) },
    {
      descriptors: judge(evidence),
      sources: toSavedSources(parts, pid),
      disagreements: toDisagreements(merged),
      capability: toSavedCapability(parts, evidence, merged.isWhole),
      faults: [],
    },
  );
  return {
    ...inspection,
    stacks: toHolders(inspection, { ...stacks, files: [...files, ...stacks.files] }, { parts, pid }),
    from: toRecognised(files, pid),
  };
}

/** null where no stacks were saved. */
function toHolders(
  { places }: Inspection,
  stacks: StackTexts,
  { parts, pid }: { readonly parts: readonly Part[]; readonly pid: number | null },
): Inspection['stacks'] {
  const evidence = toStackEvidence(stacks, pid === null ? [] : [pid]);
  return evidence.reads.length === 0 ? null : matchHolders(places, { ...evidence, threads: toThreadFacts(parts, pid) });
}

/** What saved text does not tell is empty here, and null in documents. */
const UNKNOWN = {
  host: '',
  bootId: null,
  takenAt: '',
  secondLookAt: null,
  tookMs: 0,
  options: { sources: [], settleMs: 0, certainAfterMs: CERTAIN_AFTER_MS },
  quotas: null,
  oldWorkers: null,
  viewer: { uid: null, hasSysResource: null },
} as const;

interface NamedRow {
  readonly row: SavedDescriptor;
  readonly inode: Inode | null;
}

function toEvidence(
  parts: readonly Part[],
  named: readonly NamedRow[],
  isListed: boolean,
  held: readonly NamedSocket[],
): Evidence {
  const protocolNames = new Map<Inode, string>();
  const isAll = hasAllTables(parts);
  for (const { inode, socket } of held) {
    // A name that a window cut tells nothing.
    if (socket.protocolName === '') continue;
    if (socket.protocolName !== null) protocolNames.set(inode, socket.protocolName);
    else if (socket.protocol === null && (socket.listed === false || isAll)) protocolNames.set(inode, UNIDENTIFIED);
  }
  return {
    open: isListed
      ? { kind: 'read', value: named.map(toOpen) }
      : { kind: 'failed', path: 'fd', because: 'no listing of descriptors was saved' },
    leftOut: null,
    unread: null,
    tables: {
      own: toTables(parts, held),
      others: [],
      namespacesDenied: 0,
      namespacesSearched: false,
      readAgain: false,
      tookMs: null,
    },
    probes: {
      status: 'skipped',
      because: whyNotAsked(held),
      isChosen: true,
      tookMs: null,
      looks: new Map(),
      apartMs: null,
      askedAgoMs: 0,
    },
    dead: {
      certainAfterMs: CERTAIN_AFTER_MS,
      walk: noWalk('skipped', SAVED),
      threads: null,
      heldUpBecause: null,
    },
    protocolNames,
    ss: SKIPPED,
    epollSets: null,
    sharedFiles: null,
    ...NOTHING_ASKED,
  };
}

/** Where the same listings find other sockets of the process in tables, they looked into those of its own namespace. */
function whyNotAsked(held: readonly NamedSocket[]): string {
  const listed = held.filter(({ socket }) => socket.listed === true).length;
  return listed === 0
    ? SAVED
    : `${SAVED}; ${listed} other sockets of the process are in the tables of the same namespace`;
}

/** Descriptors whose number is not known get negative ones, each its own: documents show null. */
function toOpen({ row, inode }: NamedRow, at: number): OpenDescriptor {
  return {
    fd: row.fd ?? -1 - at,
    tid: null,
    link: toBytes(row.target),
    kind: row.kind ?? 'other',
    inode,
    deleted: row.deleted,
    sizeBytes: null,
    object: null,
  };
}

/** What is not known of a process is 0 or empty here, and null in documents. */
function toProcess(parts: readonly Part[], pid: number | null): ProcessIdentity {
  const { comm, uid, threads, startTicks, cmdline } = factsOf(parts, pid);
  const named = parts.flatMap(({ content }) =>
    content.kind === 'descriptors' && pid !== null ? (content.commands.get(pid) ?? []) : [],
  );
  return {
    pid: pid ?? 0,
    startTicks: startTicks ?? 0,
    startedAt: null,
    comm: comm ?? named[0] ?? '?',
    exe: null,
    cmdline,
    uid,
    threads,
    netns: null,
    pidInNamespace: null,
    cgroup: null,
  };
}

function toDisagreements({ conflicts }: MergedDescriptors): Inspection['disagreements'] {
  if (conflicts.length === 0) return [];
  const because =
    'two listings give these numbers to different things: they were not taken at one moment; the later one stands';
  return [{ between: ['lsof', 'proc-fd'], fds: conflicts, because }];
}
