import { isDecimal, toCells } from './table.ts';

/** What `/proc/<pid>/status` says; null where the line is missing or does not fit. */
export interface ProcStatus {
  /** The process of a thread; its own pid for a process. */
  readonly tgid: number | null;
  /** Effective. */
  readonly uid: number | null;
  /** Slots of the descriptor table: the largest it has been. */
  readonly fdSize: number | null;
  readonly threads: number | null;
  /** Its pid in each pid namespace, outermost first. */
  readonly nsPids: readonly number[];
  /** Since Linux 6.10; null before. */
  readonly isKernelThread: boolean | null;
  /** Effective capabilities, one bit each. */
  readonly capEff: bigint | null;
}

const CAPABILITIES = /^[0-9a-f]{1,16}$/;

/**
 * Parses `/proc/<pid>/status`, readable for every process by every user.
 *
 *     Uid:	1000	1000	1000	1000
 *     FDSize:	256
 *
 * The kernel escapes newlines in `Name:`, so a name cannot forge a line. Total: every text has an answer.
 *
 * @see proc_pid_status(5); kernel fs/proc/array.c proc_pid_status()
 */
export function parseProcStatus(text: string): ProcStatus {
  const cellsOf = toLookup(text);
  const kernelThread = cellsOf('Kthread')[0];
  const capabilities = cellsOf('CapEff')[0] ?? '';
  return {
    tgid: toNumber(cellsOf('Tgid')[0]),
    uid: toNumber(cellsOf('Uid')[1]),
    fdSize: toNumber(cellsOf('FDSize')[0]),
    threads: toNumber(cellsOf('Threads')[0]),
    nsPids: cellsOf('NSpid').filter(isDecimal).map(Number),
    isKernelThread: kernelThread === '0' || kernelThread === '1' ? kernelThread === '1' : null,
    capEff: CAPABILITIES.test(capabilities) ? BigInt(`0x${capabilities}`) : null,
  };
}

function toLookup(text: string): (key: string) => readonly string[] {
  const cells = new Map<string, readonly string[]>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) cells.set(line.slice(0, colon), toCells(line.slice(colon + 1)));
  }
  return (key) => cells.get(key) ?? [];
}

function toNumber(text: string | undefined): number | null {
  return text !== undefined && isDecimal(text) ? Number(text) : null;
}
