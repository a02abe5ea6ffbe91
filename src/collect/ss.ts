import type { ToolRun } from '../core/model/reading.ts';
import type { SsReading } from '../core/model/tool-reading.ts';
import { parseSs } from '../core/parse/ss.ts';
import type { RunTool } from './tool.ts';

export interface SsRequest {
  readonly pid: number;
  /** The target lives in another network namespace than we: enter it, which takes privilege. */
  readonly isForeign: boolean;
  readonly deadlineMs: number;
  /** Which sockets are of interest: the rest is not asked for. */
  readonly wants: SsWants;
}

export interface SsWants {
  readonly inet: boolean;
  readonly unix: boolean;
}

const COLUMNS = ['--all', '--numeric', '--extended'];
const FAMILIES = ['--tcp', '--udp', '--raw', '--packet', '--vsock'];

/**
 * Asks ss for the sockets of the target's network namespace; only it knows the state of MPTCP connections, whether the peer of
 * a unix socket is gone, and the backlog of a listener. An ss without `--mptcp` (before iproute2 5.10) is asked again without.
 *
 * `users:` is not asked for: rows are matched by inode. Unix sockets are asked for apart: a path may hold a newline and a whole
 * forged row, which must not pass for a row of another family.
 *
 * @see ss(8), nsenter(1)
 */
export async function readSs(run: RunTool, request: SsRequest): Promise<SsReading> {
  const { wants } = request;
  const [{ ran: inet, knowsMptcp }, unix] = await Promise.all([
    wants.inet ? runInet(run, request) : { ran: NOTHING, knowsMptcp: false },
    wants.unix ? runSs(run, request, ['--unix', ...COLUMNS]) : NOTHING,
  ]);
  if (inet.kind === 'failed' && request.isForeign && /permitted|denied/i.test(inet.because))
    return { kind: 'denied', because: inet.because };
  if (inet.kind !== 'ran') return inet;
  if (unix.kind !== 'ran') return unix;
  const [ofInet, ofUnix] = [parseSs(inet.stdout), parseSs(unix.stdout)];
  return {
    kind: 'read',
    rows: [...ofInet.rows, ...ofUnix.rows.filter(({ netid }) => netid.startsWith('u_'))],
    faults: [...ofInet.faults, ...ofUnix.faults],
    // Of an output that makes no sense, what is not in it says nothing.
    knowsMptcp: knowsMptcp && ofInet.faults.length === 0 && inet.stdout.startsWith('Netid'),
    tookMs: Math.max(inet.tookMs, unix.tookMs),
  };
}

const NOTHING = { kind: 'ran', stdout: '', stderr: '', tookMs: 0 } as const satisfies ToolRun;

async function runInet(run: RunTool, request: SsRequest): Promise<{ ran: ToolRun; knowsMptcp: boolean }> {
  const ran = await runSs(run, request, [...FAMILIES, '--mptcp', ...COLUMNS]);
  const lacksMptcp = ran.kind === 'failed' && /option|mptcp/i.test(ran.because);
  return lacksMptcp
    ? { ran: await runSs(run, request, [...FAMILIES, ...COLUMNS]), knowsMptcp: false }
    : { ran, knowsMptcp: true };
}

function runSs(run: RunTool, { pid, isForeign, deadlineMs }: SsRequest, args: readonly string[]): Promise<ToolRun> {
  if (!isForeign) return run('ss', args, deadlineMs);
  return run('nsenter', [`--net=/proc/${pid}/ns/net`, 'ss', ...args], deadlineMs);
}
