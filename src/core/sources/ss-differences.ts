import type { Descriptor } from '../model/descriptor.ts';
import type { SsRow } from '../model/socket-row.ts';
import type { Disagreement } from '../model/source.ts';
import type { ToolReading } from '../model/tool-reading.ts';
import { DisagreementReasons } from './disagreement-reasons.ts';
import type { OwnView } from './own-view.ts';

/** Which sockets of the process ss does not show, and why. */
export function ssDifferences(ss: ToolReading<SsRow>, view: OwnView): Disagreement[] {
  if (ss.kind !== 'read') return [];
  const inodes = new Set(ss.rows.map(({ inode }) => inode));
  const reasons = new DisagreementReasons('ss', 'proc-fd');
  for (const [inode, descriptor] of view.byInode) {
    if (inodes.has(inode)) continue;
    reasons.add(descriptor.fd, whyNotInSs(descriptor, view));
  }
  return reasons.toDisagreements();
}

function whyNotInSs({ fd, socket, verdict }: Descriptor, view: OwnView): string {
  if (socket?.listed === false) return `in no table: ss cannot list what is ${verdict.is}`;
  if (socket?.foreign === true) return 'of another network namespace than the one ss was run in';
  if (view.hasGone(fd)) return 'closed between the two reads';
  if (socket?.protocol === 'raw' || socket?.protocol === 'icmp') return 'ss prints no inode for raw sockets';
  if (socket?.family === 'netlink') return 'ss was not asked for netlink sockets';
  return 'ss did not show it: it may have changed its state between the two reads';
}
