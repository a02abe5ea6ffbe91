import type { Judged } from './classify/judged.ts';
import { judgeListed } from './classify/listed.ts';
import { isOver } from './classify/orphan.ts';
import { judgeUnlisted, type Absence } from './classify/unlisted.ts';
import { Verdicts } from './classify/verdicts.ts';
import { crossCheck } from './sources/cross-check.ts';
import { EpollWatchers } from './evidence/epoll-watchers.ts';
import { toKernelOwned } from './evidence/kernel-owned.ts';
import { Listeners } from './evidence/listeners.ts';
import { SocketIndex } from './evidence/socket-evidence.ts';
import { diagnose } from './diagnose/index.ts';
import type { Descriptor } from './model/descriptor.ts';
import type { Inode } from './model/inode.ts';
import { fdKey, type Facts } from './model/facts.ts';
import type { Inspection, Summary } from './model/inspection.ts';
import type { OpenDescriptor } from './model/open-descriptor.ts';
import type { SocketProbe } from './model/probe.ts';
import type { Endpoint } from './model/socket.ts';
import type { Check, Leak } from './model/verdict.ts';
import { toText } from './parse/bytes.ts';

/** Turns what was read of a process into the document: correlates, judges each descriptor, diagnoses the whole. */
export function toInspection(facts: Facts): Inspection {
  const { own } = facts.sockets;
  const listeners = toListeners(facts);
  const descriptors = judgeAll(facts, listeners);
  const { sources, disagreements } = crossCheck(facts, descriptors);
  const inspection: Omit<Inspection, 'findings'> = {
    schema: 'fdleak.inspection/1',
    version: facts.version,
    host: facts.host,
    bootId: facts.bootId,
    takenAt: facts.takenAt,
    secondLookAt: facts.secondLookAt,
    looksApartMs: facts.autopsy.apartMs,
    tookMs: facts.tookMs,
    options: facts.options,
    process: facts.process,
    limits: facts.limits,
    capability: facts.capability,
    sources,
    disagreements,
    descriptors,
    kernelOwned: toKernelOwned(own?.ownerless ?? [], listeners.portsIn(own?.netns ?? null)),
    summary: facts.open === null ? NOT_LISTED : summarize(descriptors),
    faults: facts.faults,
  };
  const findings = diagnose({ inspection, epollSets: facts.epollSets, viewer: facts.viewer });
  return { ...inspection, findings };
}

function judgeAll(facts: Facts, listeners: Listeners): Descriptor[] {
  const verdicts = new Verdicts();
  const index = new SocketIndex(facts);
  const watchers = new EpollWatchers(facts.epollSets, facts.open ?? []);
  const sharedWith = toSharedWith(facts);
  const absence: Absence = {
    verdicts,
    listeners,
    missing: index.missing,
    apartMs: facts.autopsy.apartMs,
    checked: checksOf(facts),
    noAutopsyBecause: facts.autopsy.because,
  };
  const around = { verdicts, listeners };
  const noSocket = {
    socket: null,
    verdict: verdicts.once('no socket', () => ({ is: 'in-use', because: 'it is no socket' })),
  };

  const judgeSocket = (inode: Inode): Judged => {
    const evidence = index.of(inode);
    return evidence.listed === null ? judgeUnlisted(evidence, absence) : judgeListed(evidence.listed, evidence, around);
  };

  return (facts.open ?? []).map((open): Descriptor => {
    const { text, base64 } = open.kind === 'socket' ? { text: open.link, base64: null } : toText(open.link);
    const judged = open.kind === 'socket' && open.inode !== null ? judgeSocket(open.inode) : noSocket;
    return {
      fd: open.fd,
      tid: open.tid,
      kind: open.kind,
      target: text,
      targetBase64: base64,
      inode: open.inode,
      deleted: open.deleted,
      sizeBytes: open.sizeBytes,
      flags: facts.flags?.get(fdKey(open.fd, open.tid)) ?? null,
      sharedWith: facts.sharedFiles === null ? null : (sharedWith.get(open) ?? NOBODY),
      watchedBy: watchers.of(open),
      socket: judged.socket,
      verdict: judged.verdict,
    };
  });
}

const NOBODY: readonly number[] = [];

/** The traps that hold for every socket in no table. */
function checksOf({ autopsy, sockets, options, secondLookAt }: Facts): Check[] {
  const checks: Check[] = [];
  if (sockets.readAgain) checks.push('tables-again');
  if (autopsy.apartMs !== null || secondLookAt !== null) checks.push('second-look');
  else if (options.settleMs === 0) checks.push('second-look-off');
  if (sockets.namespacesSearched && sockets.namespacesDenied === 0) checks.push('namespaces');
  return checks;
}

function toListeners({ open, sockets, autopsy }: Facts): Listeners {
  const answers = new Map<Inode, SocketProbe>();
  const dead: Endpoint[] = [];
  for (const [inode, { first, second }] of autopsy.looks) {
    const probe = second ?? first;
    if (probe === null) continue;
    answers.set(inode, probe);
    if (isOver(probe) && probe.local !== null) dead.push(probe.local);
  }
  const tables = sockets.own === null ? sockets.others : [sockets.own, ...sockets.others];
  return new Listeners({ open: open ?? [], tables, answers, dead });
}

/** A file that was duplicated ten thousand times is not listed ten thousand times ten thousand times: the first stand for all. */
const MOST_SHARED = 100;

function toSharedWith({ sharedFiles }: Facts): ReadonlyMap<OpenDescriptor, readonly number[]> {
  const others = new Map<OpenDescriptor, readonly number[]>();
  for (const group of sharedFiles ?? []) {
    for (const one of group) {
      const fds = (group.length > MOST_SHARED ? group.slice(0, MOST_SHARED) : group).flatMap((other) =>
        other === one ? [] : other.fd,
      );
      others.set(
        one,
        fds.sort((a, b) => a - b),
      );
    }
  }
  return others;
}

const NOT_LISTED: Summary = { byKind: null, byVerdict: null, byLeak: null };

function summarize(descriptors: readonly Descriptor[]): Summary {
  const byKind: Record<string, number> = {};
  const byVerdict: Record<string, number> = {};
  const byLeak: Record<Leak, number> = { certain: 0, suspect: 0, no: 0 };
  for (const { kind, verdict } of descriptors) {
    byKind[kind] = (byKind[kind] ?? 0) + 1;
    byVerdict[verdict.is] = (byVerdict[verdict.is] ?? 0) + 1;
    byLeak[verdict.leak]++;
  }
  return { byKind, byVerdict, byLeak };
}
