import type { Descriptor } from '../model/descriptor.ts';
import type { Inode } from '../model/inode.ts';
import type { LsofRow } from '../model/tool-row.ts';
import type { Said } from '../model/tool-reading.ts';
import { LSOF_FIELDS, parseLsofFields } from '../parse/lsof-fields.ts';
import { DisagreementReasons } from './disagreement-reasons.ts';
import type { OwnView } from './own-view.ts';
import { run, type ToolSource, toUnsaid } from './source.ts';

/** lsof 4.95 prints 10406 as `*406`. */
const FIRST_CUT = 10_000;
const CUT = 'lsof cuts numbers of 10000 and more (*…): matched by inode';
const CUT_UNNAMED = 'lsof cuts numbers of 10000 and more (*…): without an inode, matched by their count';
const CUT_UNMATCHED = 'lsof cuts numbers of 10000 and more (*…): without an inode it is unknown whether it showed them';
const CLOSED = 'closed between the two reads';
const OPENED_LATER = 'opened after the descriptors were listed';

const SOCKETS = /^(sock|IPv4|IPv6|inet|unix|netlink|pack|raw6?|rawsock)$/;

/**
 * lsof: which descriptors there are, and what protocol the sockets in no table have. Numeric; warnings stay on, because with `-w` it hides
 * that it was denied: it then prints nothing and exits 0. Exit status 1 with output is its way to say that some of it failed.
 *
 * @see lsof(8)
 */
export const lsof = {
  option: 'lsof',
  counts: ['descriptors', 'sockets', 'matched', 'unmatched'],
  remedy: 'install lsof for a second opinion; nothing else needs it',
  *ask({ pid }) {
    const ran = yield* run({ command: 'lsof', args: ['-nP', '-p', `${pid}`, '-F', LSOF_FIELDS] });
    if (ran.kind !== 'ran' && (ran.kind !== 'failed' || ran.stdout === '')) return toUnsaid(ran);
    const { rows, faults } = parseLsofFields(ran.stdout);
    return { kind: 'read', rows, faults, tookMs: ran.kind === 'ran' ? ran.tookMs : null };
  },
  count({ rows: all }, view) {
    if (all.some(({ fdText }) => fdText === 'NOFD'))
      return { status: 'denied', because: 'lsof may not list the descriptors of this process' };
    const rows = numbered(all);
    const sockets = rows.filter(({ type }) => SOCKETS.test(type));
    const matched = sockets.filter(({ inode }) => inode !== null && view.lists(inode)).length;
    return { descriptors: rows.length, sockets: sockets.length, matched, unmatched: sockets.length - matched };
  },
  differences({ rows: all }, view) {
    if (view.byFd.size === 0) return [];
    const rows = numbered(all);
    const reasons = new DisagreementReasons('lsof', 'proc-fd');
    const named = inodesOfCut(view);
    const isUnnamed = ({ fd, inode }: LsofRow): boolean => fd === null && (inode === null || !named.has(inode));
    for (const row of rows) {
      const because = row.fd === null ? CUT : whyDifferent(row, view);
      if (because !== null && !isUnnamed(row)) reasons.add(row.fd ?? fdOfInode(row, view), because);
    }
    addUnnamed(addUnseen(rows, view, reasons), rows.filter(isUnnamed).length, view, reasons);
    const others = all.length - rows.length;
    if (others > 0) reasons.add(null, `${others} rows of lsof are not descriptors (cwd, txt, mem): not counted`);
    return reasons.toDisagreements();
  },
} as const satisfies ToolSource<Said<LsofRow>>;

/** Rows that are numbered descriptors: not cwd, txt, mem. */
function numbered(rows: readonly LsofRow[]): LsofRow[] {
  return rows.filter(({ fd, fdText }) => fd !== null || fdText.startsWith('*'));
}

/** Adds what lsof did not show. Gives back what nobody can tell of: an eventfd has no inode, and lsof cuts its number. */
function addUnseen(rows: readonly LsofRow[], view: OwnView, reasons: DisagreementReasons): number[] {
  const seenFds = new Set(rows.map(({ fd }) => fd));
  const seenInodes = new Set(rows.map(({ inode }) => inode));
  const unnamed: number[] = [];
  for (const [fd, { inode }] of view.byFd) {
    const isCut = fd >= FIRST_CUT;
    if (seenFds.has(fd) || (isCut && inode !== null && seenInodes.has(inode))) continue;
    if (isCut && inode === null) unnamed.push(fd);
    else reasons.add(fd, view.hasGone(fd) ? CLOSED : 'lsof did not show it');
  }
  return unnamed;
}

/** Descriptors and rows that have neither a number nor an inode in common can be matched by their count alone. */
function addUnnamed(fds: readonly number[], rows: number, view: OwnView, reasons: DisagreementReasons): void {
  const isMatched = fds.length <= rows;
  for (const fd of fds) {
    const because = view.hasGone(fd) ? CLOSED : CUT_UNMATCHED;
    reasons.add(fd, isMatched ? CUT_UNNAMED : because);
  }
  if (fds.length < rows) reasons.add(null, OPENED_LATER);
}

/** Inodes of descriptors whose number lsof cuts. */
function inodesOfCut(view: OwnView): ReadonlySet<Inode> {
  const inodes = new Set<Inode>();
  for (const [fd, { inode }] of view.byFd) if (fd >= FIRST_CUT && inode !== null) inodes.add(inode);
  return inodes;
}

function whyDifferent({ fd, type, inode }: LsofRow, view: OwnView): string | null {
  const known = fd === null ? undefined : view.byFd.get(fd);
  if (known === undefined) {
    if (fd === null || !view.hasGone(fd)) return OPENED_LATER;
    return view.wasDropped(fd) ? CLOSED : 'opened and closed again after the descriptors were listed';
  }
  if (type !== 'sock' || inode === null || !view.lists(inode)) return null;
  return isElsewhere(known, view)
    ? 'lsof sees only its own network namespace, and calls these sock'
    : 'the socket was in no table when lsof read them';
}

function isElsewhere({ socket }: Descriptor, view: OwnView): boolean {
  return view.compared.isForeignToUs || socket?.foreign === true;
}

function fdOfInode({ inode }: LsofRow, view: OwnView): number | null {
  return inode === null ? null : (view.byInode.get(inode)?.fd ?? null);
}
