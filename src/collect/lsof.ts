import type { LsofRow } from '../core/model/socket-row.ts';
import type { ToolReading } from '../core/model/tool-reading.ts';
import { LSOF_FIELDS, parseLsofFields } from '../core/parse/lsof-fields.ts';
import type { RunTool } from './tool.ts';

/**
 * Asks lsof for the descriptors of one process. Numeric; warnings stay on, because with `-w` it hides that it was
 * denied: it then prints nothing and exits 0. Exit status 1 with output is lsof's way to say that some of it failed.
 *
 * @see lsof(8)
 */
export async function readLsof(run: RunTool, pid: number, deadlineMs: number): Promise<ToolReading<LsofRow>> {
  const ran = await run('lsof', ['-nP', '-p', `${pid}`, '-F', LSOF_FIELDS], deadlineMs);
  if (ran.kind === 'failed' && ran.stdout === '') return ran;
  if (ran.kind !== 'ran' && ran.kind !== 'failed') return ran;
  const { rows, faults } = parseLsofFields(ran.stdout);
  return { kind: 'read', rows, faults, tookMs: ran.kind === 'ran' ? ran.tookMs : null };
}
