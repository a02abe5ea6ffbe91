import type { Descriptor } from '../model/descriptor.ts';
import type { Said } from '../model/tool-reading.ts';
import { type NetstatInodeRow, parseNetstatExtended } from '../parse/netstat-extended.ts';
import { countListed, findUnshown } from './listing.ts';
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
  count: ({ rows }, view) => countListed(rows, view),
  differences: ({ rows }, view) => findUnshown('netstat', rows, view, whyNotShown),
} as const satisfies ToolSource<Said<NetstatInodeRow>>;

function whyNotShown({ fd, socket, verdict }: Descriptor, view: OwnView): string {
  if (socket?.listed === false) return `in no table: netstat cannot list what is ${verdict.is}`;
  if (socket?.foreign === true) return 'of another network namespace than the one netstat was run in';
  if (view.hasGone(fd)) return 'closed between the two reads';
  if (socket?.family !== 'inet' && socket?.family !== 'inet6' && socket?.family !== 'unix')
    return 'netstat does not list sockets of this family';
  return 'netstat did not show it: it may have changed its state between the two reads';
}
