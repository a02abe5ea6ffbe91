import type { Descriptor } from '../model/descriptor.ts';
import type { Said } from '../model/tool-reading.ts';
import { type NetstatInodeRow, parseNetstatExtended } from '../parse/netstat-extended.ts';
import { DisagreementReasons } from './disagreement-reasons.ts';
import type { OwnView } from './own-view.ts';
import { inNamespaceOf, run, type ToolSource, toUnsaid, toUnsaidOrDenied } from './source.ts';

const ARGS = ['--all', '--numeric', '--wide', '--extend'];

/**
 * netstat: a third opinion on which sockets the tables list. Without `--programs`, which would read the descriptors of every process; its
 * rows are matched by inode. Not missed: it tells nothing that /proc does not.
 *
 * @see netstat(8)
 */
export const netstat = {
  option: 'netstat',
  counts: ['sockets', 'matched'],
  remedy: null,
  *ask(target) {
    const ran = yield* run(inNamespaceOf(target, { command: 'netstat', args: ARGS }));
    if (ran.kind !== 'ran') return target.isForeign ? toUnsaidOrDenied(ran) : toUnsaid(ran);
    const { rows, faults } = parseNetstatExtended(ran.stdout);
    return { kind: 'read', rows, faults, tookMs: ran.tookMs };
  },
  count({ rows }, view) {
    if (!view.isListed) return {};
    const inodes = new Set(rows.map(({ inode }) => inode));
    const seen = [...view.byInode.keys()].filter((inode) => inodes.has(inode));
    const matched = seen.filter((inode) => view.lists(inode)).length;
    return { sockets: seen.length, matched, unmatched: seen.length - matched };
  },
  differences({ rows }, view) {
    const inodes = new Set(rows.map(({ inode }) => inode));
    const reasons = new DisagreementReasons('netstat', 'proc-fd');
    for (const [inode, descriptor] of view.byInode) {
      if (!inodes.has(inode)) reasons.add(descriptor.fd, whyNotShown(descriptor, view));
    }
    return reasons.toDisagreements();
  },
} as const satisfies ToolSource<Said<NetstatInodeRow>>;

function whyNotShown({ fd, socket, verdict }: Descriptor, view: OwnView): string {
  if (socket?.listed === false) return `in no table: netstat cannot list what is ${verdict.is}`;
  if (socket?.foreign === true) return 'of another network namespace than the one netstat was run in';
  if (view.hasGone(fd)) return 'closed between the two reads';
  if (socket?.family !== 'inet' && socket?.family !== 'inet6' && socket?.family !== 'unix')
    return 'netstat does not list sockets of this family';
  return 'netstat did not show it: it may have changed its state between the two reads';
}
