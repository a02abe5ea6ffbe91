import type { DumpEnd } from '../core/parse/netlink.ts';
import type { KernelCalls } from './kernel-calls.ts';
import { AF_NETLINK, SOCK_CLOEXEC, SOCK_RAW } from '../core/model/socket-call.ts';

const NETLINK_SOCK_DIAG = 4;

/** The kernel fills at most 32 KiB for one recv(2). @see kernel net/netlink/af_netlink.c netlink_dump() */
const out = Buffer.alloc(1 << 15);

/** Asks for a dump, and hands on its datagrams. Whether it came whole. */
export function readDump(
  calls: KernelCalls,
  request: Uint8Array,
  reader: { read(bytes: Uint8Array): DumpEnd },
): boolean {
  const fd = calls.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (fd < 0) return false;
  try {
    if (calls.send(fd, request) < 0) return false;
    for (;;) {
      const length = calls.recv(fd, out);
      if (length <= 0) return false;
      const end = reader.read(out.subarray(0, length));
      if (end !== 'more') return end === 'done';
    }
  } finally {
    calls.close(fd);
  }
}
