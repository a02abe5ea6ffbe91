import type { Descriptor } from '../model/descriptor.ts';
import type { Inode } from '../model/inode.ts';
import type { Disagreement } from '../model/source.ts';
import { DisagreementReasons } from './disagreement-reasons.ts';
import type { OwnView } from './own-view.ts';
import type { SourceCounts } from './source.ts';

type Rows = readonly { readonly inode: Inode | null }[];

/** How many sockets of the process a listing shows, and how many of those a table lists too; nothing where no table was read. */
export function countListed(rows: Rows, view: OwnView): SourceCounts {
  if (!view.isListed) return {};
  const inodes = toInodes(rows);
  const seen = [...view.byInode.keys()].filter((inode) => inodes.has(inode));
  const matched = seen.filter((inode) => view.lists(inode)).length;
  return { sockets: seen.length, matched, unmatched: seen.length - matched };
}

/** The descriptors whose sockets a listing does not show, by the reason that `why` gives for each. */
export function findUnshown(
  tool: string,
  rows: Rows,
  view: OwnView,
  why: (descriptor: Descriptor, view: OwnView) => string,
): Disagreement[] {
  const inodes = toInodes(rows);
  const reasons = new DisagreementReasons(tool, 'proc-fd');
  for (const [inode, descriptor] of view.byInode) {
    if (!inodes.has(inode)) reasons.add(descriptor.fd, why(descriptor, view));
  }
  return reasons.toDisagreements();
}

function toInodes(rows: Rows): ReadonlySet<Inode | null> {
  return new Set(rows.map(({ inode }) => inode));
}
