import { readLsof } from '../../collect/lsof.ts';
import { readPrlimit } from '../../collect/prlimit.ts';
import { readSs } from '../../collect/ss.ts';
import type { ToolReadings } from '../../core/model/circumstances.ts';
import type { SourceOption } from '../../core/model/source.ts';
import type { World } from '../world.ts';

interface ToolRequest {
  readonly pid: number;
  /** The process, or a thread of it where its leader has exited: one that lives in its namespace. */
  readonly living: number;
  readonly sources: readonly SourceOption[];
  readonly toolTimeoutMs: number;
}

const ALL = { inet: true, unix: true } as const;

/** Of a source that `--sources` leaves out. */
export const NOT_CHOSEN = { kind: 'skipped', because: 'not chosen (--sources)' } as const;

/** Runs the chosen tools side by side, each under its own deadline. */
export async function runTools(
  { runTool }: World,
  { pid, living, sources, toolTimeoutMs }: ToolRequest,
  isForeign: boolean,
): Promise<ToolReadings> {
  const [lsof, ss, prlimit] = await Promise.all([
    sources.includes('lsof') ? readLsof(runTool, pid, toolTimeoutMs) : NOT_CHOSEN,
    sources.includes('ss')
      ? readSs(runTool, { pid: living, isForeign, deadlineMs: toolTimeoutMs, wants: ALL })
      : NOT_CHOSEN,
    sources.includes('prlimit') ? readPrlimit(runTool, pid, toolTimeoutMs) : NOT_CHOSEN,
  ]);
  return { lsof, ss, prlimit };
}
