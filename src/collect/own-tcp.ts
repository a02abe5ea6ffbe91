import { endianness } from 'node:os';
import type { InetRow } from '../core/model/inet-row.ts';
import { parseProcNetInet } from '../core/parse/proc-net-inet.ts';
import { readInetDiag } from './inet-diag.ts';
import type { KernelCalls } from './kernel-calls.ts';
import type { ProcFs } from './proc-fs.ts';

/** Every TCP socket with an owner of our own network namespace, at once: by netlink, or by the text where that does not answer. */
export function readOwnTcp(proc: ProcFs, calls: KernelCalls | null): readonly InetRow[] {
  const wants = (inode: string): boolean => inode !== '0';
  const told = calls === null ? null : readInetDiag(calls, wants, false);
  if (told !== null) return told.map(({ row }) => row);
  return (['tcp', 'tcp6'] as const).flatMap((table) => {
    const text = proc.text(`self/net/${table}`);
    return text.kind === 'read' ? parseProcNetInet(table, text.value, endianness(), wants).rows : [];
  });
}
