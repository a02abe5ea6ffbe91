import { closeSync, openSync } from 'node:fs';
import type { KernelCalls } from './kernel-calls.ts';

/**
 * The same calls, with sockets of the network namespace that `path` (`/proc/4242/ns/net`) names: netlink answers for the namespace in which
 * its socket was made. The thread goes there for that one call, and comes back. Where it may not (that needs CAP_SYS_ADMIN), there is no socket.
 *
 * @see network_namespaces(7), setns(2)
 */
export function inNetns(calls: KernelCalls, path: string): KernelCalls {
  return { ...calls, socket: (...kind) => atPath(path, (there) => makeThere(calls, there, kind)) ?? -1 };
}

function makeThere(calls: KernelCalls, there: number, kind: Parameters<KernelCalls['socket']>): number {
  return (
    atPath('/proc/thread-self/ns/net', (home) => {
      if (calls.enterNetns(there) < 0) return -1;
      const made = calls.socket(...kind);
      if (calls.enterNetns(home) < 0)
        throw new Error(`cannot come back from another network namespace: errno ${calls.errno()}`);
      return made;
    }) ?? -1
  );
}

/** null where it cannot be opened. */
function atPath(path: string, use: (fd: number) => number): number | null {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}
