import type { Table } from '../model/fault.ts';
import type { Limit } from '../model/limits.ts';
import { isDecimal, Misfit, parseTable } from './table.ts';

/** One resource limit of a process, `{ name: 'Max open files', soft: 1024, hard: 524288 }`. */
export interface LimitRow {
  readonly name: string;
  readonly soft: Limit;
  readonly hard: Limit;
}

/** `%-25s %-20s %-20s %-10s` in the kernel: names hold blanks, so cells are cut by column. */
const COLUMN = { soft: 26, hard: 47, units: 68 } as const;

/**
 * Parses `/proc/<pid>/limits`, readable for every process by every user.
 *
 *     Limit                     Soft Limit           Hard Limit           Units
 *     Max open files            1024                 524288               files
 *
 * `name` is as printed; the unit is left out. Never throws; lines that do not fit are in `faults`.
 *
 * @see proc_pid_limits(5); kernel fs/proc/base.c proc_pid_limits()
 */
export function parseProcLimits(text: string): Table<LimitRow> {
  return parseTable('proc-limits', text, (line) => {
    const softText = line.slice(COLUMN.soft, COLUMN.hard).trim();
    const hardText = line.slice(COLUMN.hard, COLUMN.units).trim();
    const soft = toLimit(softText);
    const hard = toLimit(hardText);
    if (soft === undefined) return new Misfit('Soft Limit', softText);
    if (hard === undefined) return new Misfit('Hard Limit', hardText);
    return { name: line.slice(0, COLUMN.soft).trim(), soft, hard };
  });
}

const NARROW = /^\s*(Max [a-z][a-z /-]+?)\s+(unlimited|\d+)\s+(unlimited|\d+)(?:\s+[a-z]+)?\s*$/;

/** One row whose columns may have been narrowed by pasting, `Max open files 1024 4096 files`; null for any other line. */
export function parseLimitsRow(line: string): LimitRow | null {
  const [, name, softText, hardText] = NARROW.exec(line) ?? [];
  if (name === undefined || softText === undefined || hardText === undefined) return null;
  const [soft, hard] = [toLimit(softText), toLimit(hardText)];
  return soft === undefined || hard === undefined ? null : { name, soft, hard };
}

function toLimit(text: string): Limit | undefined {
  if (text === 'unlimited') return text;
  return isDecimal(text) ? Number(text) : undefined;
}
