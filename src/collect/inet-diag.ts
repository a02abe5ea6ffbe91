import { endianness } from 'node:os';
import type { ListedInet } from '../core/model/socket-tables.ts';
import { formatInetDiagRequest, InetDiagReader } from '../core/parse/inet-diag.ts';
import type { KernelCalls } from './kernel-calls.ts';

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const NETLINK_SOCK_DIAG = 4;

/** The kernel fills at most 32 KiB for one recv(2). @see kernel net/netlink/af_netlink.c netlink_dump() */
const out = Buffer.alloc(1 << 15);

/**
 * Reads every TCP socket of the network namespace that this process lives in, through netlink: what `/proc/net/tcp` and `tcp6` say, in
 * a quarter of the time (docs/benchmarks.md), and the backlog of listeners. null where it cannot be had whole; the text then can.
 *
 * @see sock_diag(7)
 */
export function readInetDiag(calls: KernelCalls, wants: (inode: string) => boolean): readonly ListedInet[] | null {
  const fd = calls.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (fd < 0) return null;
  try {
    if (calls.send(fd, formatInetDiagRequest(endianness())) < 0) return null;
    const reader = new InetDiagReader(endianness(), wants);
    for (;;) {
      const length = calls.recv(fd, out);
      if (length <= 0) return null;
      const end = reader.read(out.subarray(0, length));
      if (end !== 'more') return end === 'done' ? reader.rows : null;
    }
  } finally {
    calls.close(fd);
  }
}
