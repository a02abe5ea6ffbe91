import type { Descriptor } from '../model/descriptor.ts';
import type { ToolRun } from '../model/reading.ts';
import type { SsReading, SsSaid } from '../model/tool-reading.ts';
import { parseSs } from '../parse/ss.ts';
import { countListed, findUnshown } from './listing.ts';
import type { OwnView } from './own-view.ts';
import {
  type Dialogue,
  inNamespaceOf,
  NOT_RUN,
  run,
  type ToolCall,
  type ToolSource,
  type ToolTarget,
  toUnsaid,
  toUnsaidOrDenied,
} from './source.ts';

/** Which sockets ss is asked for. */
export interface SsWants {
  readonly inet: boolean;
  readonly unix: boolean;
}

const COLUMNS = ['--all', '--numeric', '--extended'];
const FAMILIES = ['--tcp', '--udp', '--raw', '--packet', '--vsock'];

/** ss: only it knows the state of MPTCP connections, and whether the peer of a unix socket is gone where netlink does not tell. */
export const ss = {
  option: 'ss',
  counts: ['sockets', 'matched'],
  remedy: 'install iproute2: only ss shows MPTCP states, and unix sockets whose peer is gone',
  ask: (target) => askSs(target, { inet: true, unix: true }),
  count: ({ rows }, view) => countListed(rows, view),
  differences: ({ rows }, view) => findUnshown('ss', rows, view, whyNotShown),
} as const satisfies ToolSource<SsSaid>;

/**
 * Asks for the sockets of the target's network namespace. An ss without `--mptcp` (before iproute2 5.10) is asked again without.
 *
 * `users:` is not asked for: rows are matched by inode. Unix sockets are asked for apart: a path may hold a newline and a whole
 * forged row, which must not pass for a row of another family.
 *
 * @see ss(8)
 */
export function* askSs(target: ToolTarget, wants: SsWants): Dialogue<SsReading> {
  const calls = [...(wants.inet ? [toInet(target, ['--mptcp'])] : []), ...(wants.unix ? [toUnix(target)] : [])];
  const runs = yield calls;
  const first = wants.inet ? (runs[0] ?? NOT_RUN) : NOTHING;
  const unix = wants.unix ? (runs[calls.length - 1] ?? NOT_RUN) : NOTHING;
  const lacksMptcp = first.kind === 'failed' && /option|mptcp/i.test(first.stderr);
  const inet = lacksMptcp ? yield* run(toInet(target, [])) : first;
  if (inet.kind !== 'ran') return target.isForeign ? toUnsaidOrDenied(inet) : toUnsaid(inet);
  if (unix.kind !== 'ran') return toUnsaid(unix);
  const [ofInet, ofUnix] = [parseSs(inet.stdout), parseSs(unix.stdout)];
  return {
    kind: 'read',
    rows: [...ofInet.rows, ...ofUnix.rows.filter(({ netid }) => netid.startsWith('u_'))],
    faults: [...ofInet.faults, ...ofUnix.faults],
    // Of an output that makes no sense, what is not in it says nothing.
    knowsMptcp: !lacksMptcp && ofInet.faults.length === 0 && inet.stdout.startsWith('Netid'),
    tookMs: Math.max(inet.tookMs, unix.tookMs),
  };
}

const NOTHING = { kind: 'ran', stdout: '', stderr: '', tookMs: 0 } as const satisfies ToolRun;

function toInet(target: ToolTarget, more: readonly string[]): ToolCall {
  return inNamespaceOf(target, { command: 'ss', args: [...FAMILIES, ...more, ...COLUMNS] });
}

function toUnix(target: ToolTarget): ToolCall {
  return inNamespaceOf(target, { command: 'ss', args: ['--unix', ...COLUMNS] });
}

function whyNotShown({ fd, socket, verdict }: Descriptor, view: OwnView): string {
  if (socket?.listed === false) return `in no table: ss cannot list a socket that is ${verdict.is}`;
  if (socket?.foreign === true) return 'in another network namespace than ss';
  if (view.hasGone(fd)) return 'closed between the two reads';
  if (socket?.protocol === 'raw' || socket?.protocol === 'icmp') return 'ss prints no inode for raw sockets';
  if (socket?.family === 'netlink') return 'ss was not asked for netlink sockets';
  return 'ss did not show it: its state may have changed between the two reads';
}
