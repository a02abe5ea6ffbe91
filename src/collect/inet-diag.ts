import { endianness } from 'node:os';
import type { Inode } from '../core/model/inode.ts';
import type { TcpState } from '../core/model/socket.ts';
import type { ListedInet } from '../core/model/socket-tables.ts';
import { formatInetDiagRequest, formatMptcpDiagRequest, InetDiagReader, MPTCP_DIAG } from '../core/parse/inet-diag.ts';
import { formatUnixDiagRequest, UnixDiagReader } from '../core/parse/unix-diag.ts';
import type { KernelCalls } from './kernel-calls.ts';
import { AF_INET, AF_INET6 } from '../core/model/socket-call.ts';
import { readDump } from './netlink-dump.ts';

/**
 * Reads every TCP socket of the network namespace that this process lives in, through netlink: what `/proc/net/tcp` and `tcp6` say, in
 * a quarter of the time (docs/benchmarks.md), the backlog of listeners, and `withUse` the use of connections. null where it cannot be had
 * whole; the text then can.
 *
 * @see sock_diag(7)
 */
export function readInetDiag(
  calls: KernelCalls,
  wants: (inode: string) => boolean,
  withUse: boolean,
): readonly ListedInet[] | null {
  const reader = new InetDiagReader(endianness(), wants);
  return readDump(calls, formatInetDiagRequest(endianness(), withUse), reader) ? reader.rows : null;
}

/** The true states of the MPTCP sockets of our own network namespace, which the table hides. null where the kernel does not tell them whole. */
export function readMptcpDiag(
  calls: KernelCalls,
  wants: (inode: string) => boolean,
): ReadonlyMap<Inode, TcpState> | null {
  const states = new Map<Inode, TcpState>();
  for (const family of [AF_INET, AF_INET6] as const) {
    const reader = new InetDiagReader(endianness(), wants, MPTCP_DIAG);
    if (!readDump(calls, formatMptcpDiagRequest(family, endianness()), reader)) return null;
    for (const { row } of reader.rows) states.set(row.inode, row.state);
  }
  return states;
}

/** Reads peers, queues and ends of the unix sockets of our own network namespace. null where they cannot be had whole. */
export function readUnixDiag(
  calls: KernelCalls,
  wants: (inode: string) => boolean,
): Pick<UnixDiagReader, 'byInode' | 'waitsAt'> | null {
  const reader = new UnixDiagReader(endianness(), wants);
  return readDump(calls, formatUnixDiagRequest(endianness()), reader) ? reader : null;
}
