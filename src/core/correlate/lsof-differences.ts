import type { Descriptor } from '../model/descriptor.ts';
import type { LsofRow } from '../model/socket-row.ts';
import type { Disagreement } from '../model/source.ts';
import type { ToolReading } from '../model/tool-reading.ts';
import { DisagreementReasons } from './disagreement-reasons.ts';
import type { OwnView } from './own-view.ts';
import { numberedRows } from './source-counts.ts';

/** lsof 4.95 prints 10406 as `*406`. */
const FIRST_CUT = 10_000;

/** Where lsof and `/proc/<pid>/fd` differ, descriptor by descriptor, and why. */
export function lsofDifferences(lsof: ToolReading<LsofRow>, view: OwnView): Disagreement[] {
  if (lsof.kind !== 'read' || view.byFd.size === 0) return [];
  const rows = numberedRows(lsof.rows);
  const reasons = new DisagreementReasons('lsof', 'proc-fd');
  for (const row of rows) {
    const because =
      row.fd === null ? 'lsof cuts numbers from 10000 on (*…): matched by inode' : whyDifferent(row, view);
    if (because !== null) reasons.add(row.fd ?? fdOfInode(row, view), because);
  }
  const seenFds = new Set(rows.map(({ fd }) => fd));
  const seenInodes = new Set(rows.map(({ inode }) => inode));
  for (const [fd, { inode }] of view.byFd) {
    const isSeen = seenFds.has(fd) || (fd >= FIRST_CUT && inode !== null && seenInodes.has(inode));
    if (!isSeen) reasons.add(fd, view.hasGone(fd) ? 'closed between the two reads' : 'lsof did not show it');
  }
  const others = lsof.rows.length - rows.length;
  if (others > 0) reasons.add(null, `${others} rows of lsof are no descriptors (cwd, txt, mem): not counted`);
  return reasons.toDisagreements();
}

function whyDifferent({ fd, type, inode }: LsofRow, view: OwnView): string | null {
  const known = fd === null ? undefined : view.byFd.get(fd);
  if (known === undefined) {
    if (fd === null || !view.hasGone(fd)) return 'opened after the descriptors were listed';
    return view.wasDropped(fd)
      ? 'closed between the two reads'
      : 'opened and closed again after the descriptors were listed';
  }
  if (type !== 'sock' || inode === null || !view.isListed(inode)) return null;
  return isElsewhere(known, view)
    ? 'lsof sees the tables of its own network namespace only, and calls these sock'
    : 'the socket was in no table when lsof read them';
}

function isElsewhere({ socket }: Descriptor, view: OwnView): boolean {
  return view.isForeignToUs || socket?.foreign === true;
}

function fdOfInode({ inode }: LsofRow, view: OwnView): number | null {
  return inode === null ? null : (view.byInode.get(inode)?.fd ?? null);
}
