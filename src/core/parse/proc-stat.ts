import type { ParseFault } from '../model/fault.ts';
import { toText } from './bytes.ts';
import { isDecimal, Misfit, toCells, toFault } from './table.ts';

export interface ProcStat {
  readonly kind: 'parsed';
  /** At most 15 bytes; bytes that are no UTF-8 are replaced. */
  readonly comm: string;
  /** `S`, `R`, `Z` for a zombie … */
  readonly state: string;
  readonly ppid: number;
  readonly threads: number;
  /** Clock ticks after boot. */
  readonly startTicks: number;
  readonly isKernelThread: boolean;
  /** Whether its first thread ends or has ended: it lets go of its descriptors all at once, before it is a zombie. */
  readonly isExiting: boolean;
}

export type ProcStatResult = ProcStat | { readonly kind: 'fault'; readonly fault: ParseFault };

/** @see kernel include/linux/sched.h */
const PF_EXITING = 0x4;
const PF_KTHREAD = 0x0020_0000;

/** Cells after the name, by the field numbers of proc_pid_stat(5): state is field 3. */
const FIRST_CELL = 3;
const NUMBERS = { ppid: 4, flags: 9, num_threads: 20, starttime: 22 } as const;

/**
 * Parses `/proc/<pid>/stat`.
 *
 *     4242 (node) S 1 4242 4242 0 -1 4194560 1883 0 0 0 12 3 0 0 20 0 11 0 918273 …
 *
 * The name may hold blanks, parentheses, newlines and any byte: it ends at the last `)`, since only
 * numbers follow it.
 *
 * @see proc_pid_stat(5); kernel fs/proc/array.c do_task_stat()
 */
export function parseProcStat(text: string): ProcStatResult {
  const opens = text.indexOf('(');
  const closes = text.lastIndexOf(')');
  if (opens === -1 || closes < opens) return toStatFault('comm', text);

  const [state = '', ...rest] = firstCells(text, closes + 1);
  if (!/^[A-Za-z]$/.test(state)) return toStatFault('state', state);
  const numberOf = (field: keyof typeof NUMBERS): string => rest[NUMBERS[field] - FIRST_CELL - 1] ?? '';
  for (const field of ['ppid', 'flags', 'num_threads', 'starttime'] as const) {
    if (!isDecimal(numberOf(field))) return toStatFault(field, numberOf(field));
  }

  const flags = Number(numberOf('flags'));
  return {
    kind: 'parsed',
    comm: toText(text.slice(opens + 1, closes)).text,
    state,
    ppid: Number(numberOf('ppid')),
    threads: Number(numberOf('num_threads')),
    startTicks: Number(numberOf('starttime')),
    isKernelThread: (flags & PF_KTHREAD) !== 0,
    isExiting: (flags & PF_EXITING) !== 0,
  };
}

/** What follows the name, as far as it is read: a watch parses this text several times a second. */
function firstCells(text: string, from: number): readonly string[] {
  let end = from;
  for (let cell = FIRST_CELL; cell <= NUMBERS.starttime + 1 && end !== -1; cell += 1) end = text.indexOf(' ', end + 1);
  return toCells(text.slice(from, end === -1 ? text.length : end));
}

function toStatFault(field: string, found: string): ProcStatResult {
  return { kind: 'fault', fault: toFault('proc-stat', 1, new Misfit(field, found)) };
}
