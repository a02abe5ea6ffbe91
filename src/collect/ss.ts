import type { SsRow } from '../core/model/socket-row.ts';
import type { ToolReading } from '../core/model/tool-reading.ts';
import { parseSs } from '../core/parse/ss.ts';
import type { RunTool } from './tool.ts';

export interface SsRequest {
  readonly pid: number;
  /** The target lives in another network namespace than we: enter it, which takes privilege. */
  readonly isForeign: boolean;
  readonly deadlineMs: number;
}

const COLUMNS = ['--all', '--numeric', '--extended'];
const FAMILIES = ['--tcp', '--udp', '--raw', '--unix', '--packet', '--vsock'];

/**
 * Asks ss for the sockets of the target's network namespace; only it knows the state of MPTCP connections, whether the
 * peer of a unix socket is gone, and the backlog of a listener. An ss without `--mptcp` (before iproute2 5.10) is asked again without.
 *
 * `users:` is not asked for: rows are matched by inode.
 *
 * @see ss(8), nsenter(1)
 */
export async function readSs(run: RunTool, request: SsRequest): Promise<ToolReading<SsRow>> {
  const full = await runSs(run, request, [...FAMILIES, '--mptcp', ...COLUMNS]);
  const ran =
    full.kind === 'failed' && /option|mptcp/i.test(full.because)
      ? await runSs(run, request, [...FAMILIES, ...COLUMNS])
      : full;
  if (ran.kind !== 'ran') return ran;
  const { rows, faults } = parseSs(ran.stdout);
  return { kind: 'read', rows, faults, tookMs: ran.tookMs };
}

function runSs(run: RunTool, { pid, isForeign, deadlineMs }: SsRequest, args: readonly string[]): ReturnType<RunTool> {
  if (!isForeign) return run('ss', args, deadlineMs);
  return run('nsenter', [`--net=/proc/${pid}/ns/net`, 'ss', ...args], deadlineMs);
}
