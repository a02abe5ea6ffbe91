import type { Descriptor, Inode } from '../model/descriptor.ts';
import { fdKey, type Facts } from '../model/facts.ts';
import type { LsofRow, SsRow } from '../model/socket-row.ts';
import type { Disagreement, Source, SourceName } from '../model/source.ts';
import type { ToolReading } from '../model/tool-reading.ts';

interface CrossCheck {
  readonly sources: readonly Source[];
  readonly disagreements: readonly Disagreement[];
}

/**
 * Sets what each source counted side by side, and gives every difference a reason, descriptor by descriptor.
 * `matched` and `unmatched` mean the same for all: sockets that the tables list, and those in none.
 */
export function crossCheck(facts: Facts, descriptors: readonly Descriptor[]): CrossCheck {
  const view = new View(facts, descriptors);
  const { lsof, ss, prlimit } = facts.tools;
  return {
    sources: [
      procFd(facts, descriptors),
      procNet(facts, descriptors),
      namespaces(facts, descriptors),
      lsofSource(lsof, view),
      ssSource(ss, view, facts.open !== null),
      { ...statusOf('prlimit', prlimit), tookMs: prlimit.kind === 'read' ? prlimit.tookMs : null },
      {
        ...blank('autopsy'),
        status: facts.autopsy.status,
        sockets: facts.autopsy.tookMs === null ? null : facts.autopsy.looks.size,
        tookMs: facts.autopsy.tookMs,
        because: facts.autopsy.because,
      },
    ],
    disagreements: [...lsofDisagreements(lsof, view), ...ssDisagreements(ss, view), ...prlimitDisagreements(facts)],
  };
}

/** Our own picture, in the shape that comparisons ask for. */
class View {
  readonly openAfterTools: ReadonlySet<string> | null;
  readonly isForeignToUs: boolean;
  readonly #dropped: ReadonlySet<string>;
  readonly #own: readonly Descriptor[];
  readonly #mainThread: number | null;
  #byFd: ReadonlyMap<number, Descriptor> | null = null;
  #byInode: ReadonlyMap<Inode, Descriptor> | null = null;

  constructor(facts: Facts, descriptors: readonly Descriptor[]) {
    this.openAfterTools = facts.openAfterTools;
    this.isForeignToUs = facts.isForeignToUs;
    this.#dropped = facts.dropped;
    this.#own = descriptors.filter(({ tid }) => tid === null);
    this.#mainThread = facts.mainThread;
  }

  get byFd(): ReadonlyMap<number, Descriptor> {
    return (this.#byFd ??= new Map(this.#own.map((one) => [one.fd, one])));
  }

  /** Sockets only. */
  get byInode(): ReadonlyMap<Inode, Descriptor> {
    return (this.#byInode ??= new Map(
      this.#own.flatMap((one) => (one.kind === 'socket' && one.inode !== null ? [[one.inode, one]] : [])),
    ));
  }

  /** Sockets of this process, by inode, that some table lists. */
  isListed(inode: Inode): boolean {
    return this.byInode.get(inode)?.socket?.listed === true;
  }

  hasGone(fd: number): boolean {
    const isClosedNow = this.openAfterTools !== null && !this.openAfterTools.has(`${fd}`);
    return isClosedNow || this.#dropped.has(fdKey(fd, this.#mainThread));
  }
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

function statusOf<Row>(name: SourceName, reading: ToolReading<Row>): Source {
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

function procFd({ open, descriptorsTookMs }: Facts, descriptors: readonly Descriptor[]): Source {
  if (open === null)
    return {
      ...blank('proc-fd'),
      status: 'denied',
      because: 'another user’s process: its descriptors may be counted, not listed',
    };
  const sockets = descriptors.filter(({ kind }) => kind === 'socket');
  const matched = sockets.filter(({ socket }) => socket?.listed === true).length;
  return {
    ...blank('proc-fd'),
    descriptors: descriptors.length,
    sockets: sockets.length,
    matched,
    unmatched: sockets.length - matched,
    tookMs: descriptorsTookMs,
  };
}

function procNet({ sockets }: Facts, descriptors: readonly Descriptor[]): Source {
  const { own, tookMs } = sockets;
  if (own === null) return { ...blank('proc-net'), status: 'skipped', because: 'no socket to look for' };
  const listed = descriptors.filter(({ socket }) => socket?.listed === true && socket.foreign === false).length;
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

function namespaces({ sockets }: Facts, descriptors: readonly Descriptor[]): Source {
  if (!sockets.namespacesSearched)
    return {
      ...blank('namespaces'),
      status: 'skipped',
      because: 'no socket was left to look for',
    };
  const foreign = descriptors.filter(({ socket }) => socket?.listed === true && socket.foreign === true).length;
  const { namespacesDenied } = sockets;
  return {
    ...blank('namespaces'),
    status: namespacesDenied === 0 ? 'read' : 'partial',
    sockets: foreign,
    matched: foreign,
    unmatched: 0,
    because: namespacesDenied === 0 ? null : `the namespace of ${namespacesDenied} processes could not be told`,
  };
}

const LSOF_SOCKETS = /^(sock|IPv4|IPv6|inet|unix|netlink|pack|raw6?|rawsock)$/;

/** Rows of lsof that are numbered descriptors: not cwd, txt, mem. */
function numbered(rows: readonly LsofRow[]): LsofRow[] {
  return rows.filter(({ fd, fdText }) => fd !== null || fdText.startsWith('*'));
}

function lsofSource(lsof: ToolReading<LsofRow>, view: View): Source {
  const source = statusOf('lsof', lsof);
  if (lsof.kind !== 'read') return source;
  if (lsof.rows.some(({ fdText }) => fdText === 'NOFD'))
    return { ...source, status: 'denied', because: 'lsof may not list the descriptors of this process' };
  const rows = numbered(lsof.rows);
  const sockets = rows.filter(({ type }) => LSOF_SOCKETS.test(type));
  const matched = sockets.filter(({ inode }) => inode !== null && view.isListed(inode)).length;
  return { ...source, descriptors: rows.length, sockets: sockets.length, matched, unmatched: sockets.length - matched };
}

function lsofDisagreements(lsof: ToolReading<LsofRow>, view: View): Disagreement[] {
  if (lsof.kind !== 'read' || view.byFd.size === 0) return [];
  const rows = numbered(lsof.rows);
  const isSeen = new Set(rows.map(({ fd }) => fd));
  const seenInodes = new Set(rows.map(({ inode }) => inode));
  const reasons = new Reasons('lsof', 'proc-fd');
  for (const { fd, fdText, inode, type } of rows) {
    if (fd === null) {
      const known = inode === null ? undefined : view.byInode.get(inode);
      reasons.add(known?.fd ?? null, `lsof cuts numbers from 10000 on (${fdText.slice(0, 1)}…): matched by inode`);
    } else if (!view.byFd.has(fd)) {
      reasons.add(fd, view.hasGone(fd) ? 'closed between the two reads' : 'opened after the descriptors were listed');
    } else if (type === 'sock' && inode !== null && view.isListed(inode)) {
      reasons.add(
        fd,
        view.isForeignToUs || view.byFd.get(fd)?.socket?.foreign === true
          ? 'lsof sees the tables of its own network namespace only, and calls these sock'
          : 'the socket was in no table when lsof read them',
      );
    }
  }
  for (const [fd, descriptor] of view.byFd) {
    if (isSeen.has(fd) || (descriptor.inode !== null && fd >= 10_000 && seenInodes.has(descriptor.inode))) continue;
    reasons.add(fd, view.hasGone(fd) ? 'closed between the two reads' : 'lsof did not show it');
  }
  const others = lsof.rows.length - rows.length;
  if (others > 0) reasons.add(null, `${others} rows of lsof are no descriptors (cwd, txt, mem): not counted`);
  return reasons.toDisagreements();
}

function ssSource(ss: ToolReading<SsRow>, view: View, isListable: boolean): Source {
  const source = statusOf('ss', ss);
  if (ss.kind !== 'read' || !isListable) return source;
  const inodes = new Set(ss.rows.map(({ inode }) => inode));
  const seen = [...view.byInode.keys()].filter((inode) => inodes.has(inode));
  const matched = seen.filter((inode) => view.isListed(inode)).length;
  return { ...source, sockets: seen.length, matched, unmatched: seen.length - matched };
}

function ssDisagreements(ss: ToolReading<SsRow>, view: View): Disagreement[] {
  if (ss.kind !== 'read') return [];
  const inodes = new Set(ss.rows.map(({ inode }) => inode));
  const reasons = new Reasons('ss', 'proc-fd');
  for (const [inode, descriptor] of view.byInode) {
    if (inodes.has(inode)) continue;
    reasons.add(descriptor.fd, whyNotInSs(descriptor, view));
  }
  return reasons.toDisagreements();
}

function whyNotInSs({ fd, socket, verdict }: Descriptor, view: View): string {
  if (socket?.listed === false) return `in no table: ss cannot list what is ${verdict.is}`;
  if (socket?.foreign === true) return 'of another network namespace than the one ss was run in';
  if (view.hasGone(fd)) return 'closed between the two reads';
  if (socket?.family === 'inet' || socket?.family === 'inet6') {
    if (socket.protocol === 'raw' || socket.protocol === 'icmp') return 'ss prints no inode for raw sockets';
  }
  if (socket?.family === 'netlink') return 'ss was not asked for netlink sockets';
  return 'ss did not show it: it may have changed its state between the two reads';
}

function prlimitDisagreements({ tools, limits }: Facts): Disagreement[] {
  const [row] = tools.prlimit.kind === 'read' ? tools.prlimit.rows : [];
  if (row === undefined || (row.soft === limits.soft && row.hard === limits.hard)) return [];
  return [
    {
      between: ['prlimit', 'proc-fd'],
      fds: [],
      because: `prlimit says ${row.soft}:${row.hard}, /proc says ${limits.soft}:${limits.hard}: the limit was changed between the two reads`,
    },
  ];
}

/** Collects descriptors by the reason they are seen differently. */
class Reasons {
  readonly #between: readonly [SourceName, SourceName];
  readonly #fds = new Map<string, number[]>();

  constructor(a: SourceName, b: SourceName) {
    this.#between = [a, b];
  }

  add(fd: number | null, because: string): void {
    const known = this.#fds.get(because) ?? [];
    if (fd !== null) known.push(fd);
    this.#fds.set(because, known);
  }

  toDisagreements(): Disagreement[] {
    return [...this.#fds].map(([because, fds]) => ({
      between: this.#between,
      fds: fds.sort((a, b) => a - b),
      because,
    }));
  }
}
