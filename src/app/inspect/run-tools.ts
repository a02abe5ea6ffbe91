import { readLsof } from '../../collect/lsof.ts';
import { readPrlimit } from '../../collect/prlimit.ts';
import { readSs } from '../../collect/ss.ts';
import type { ToolFacts } from '../../core/model/facts.ts';
import type { SourceOption } from '../../core/model/source.ts';
import { NOT_CHOSEN } from './interrogation.ts';
import type { World } from '../world.ts';

interface ToolRequest {
  readonly pid: number;
  /** The process, or a thread of it where its leader has exited: one that lives in its namespace. */
  readonly living: number;
  readonly sources: readonly SourceOption[];
  readonly toolTimeoutMs: number;
}

const SKIPPED = { kind: 'skipped', because: NOT_CHOSEN } as const;

/** Runs the chosen tools side by side, each under its own deadline. */
export async function runTools(
  { runTool }: World,
  { pid, living, sources, toolTimeoutMs }: ToolRequest,
  isForeign: boolean,
): Promise<ToolFacts> {
  const [lsof, ss, prlimit] = await Promise.all([
    sources.includes('lsof') ? readLsof(runTool, pid, toolTimeoutMs) : SKIPPED,
    sources.includes('ss') ? readSs(runTool, { pid: living, isForeign, deadlineMs: toolTimeoutMs }) : SKIPPED,
    sources.includes('prlimit') ? readPrlimit(runTool, pid, toolTimeoutMs) : SKIPPED,
  ]);
  return { lsof, ss, prlimit };
}
