import type { PrlimitRow } from '../core/parse/prlimit.ts';
import { parsePrlimit } from '../core/parse/prlimit.ts';
import type { ToolReading } from '../core/model/tool-reading.ts';
import type { RunTool } from './tool.ts';

/** Asks prlimit for RLIMIT_NOFILE of a process. @see prlimit(1) */
export async function readPrlimit(run: RunTool, pid: number, deadlineMs: number): Promise<ToolReading<PrlimitRow>> {
  const columns = ['--nofile', '--raw', '--noheadings', '--output', 'RESOURCE,SOFT,HARD'];
  const ran = await run('prlimit', ['--pid', `${pid}`, ...columns], deadlineMs);
  if (ran.kind === 'failed' && /permitted|denied/i.test(ran.because)) return { kind: 'denied', because: ran.because };
  if (ran.kind !== 'ran') return ran;
  const { rows, faults } = parsePrlimit(ran.stdout);
  return { kind: 'read', rows, faults, tookMs: ran.tookMs };
}
