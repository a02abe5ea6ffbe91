import { closeSync, openSync } from 'node:fs';
import type { KernelCalls } from './kernel-calls.ts';
import type { ProcFs } from './proc-fs.ts';

/** `4026531833`, the inode of the network namespace that `folder` lives in. */
export function readNetns(proc: ProcFs, folder: string): string | null {
  const link = proc.link(`${folder}/ns/net`);
  const [, inode] = link.kind === 'read' ? (/^net:\[(\d+)\]$/.exec(link.value) ?? []) : [];
  return inode ?? null;
}

/** What asks netlink of the namespace that `folder` lives in; null where nothing may: of a /proc that is another machine's, or a copy. */
export function toDiagCalls(
  proc: ProcFs,
  folder: string,
  netns: string | null,
  calls: KernelCalls | null,
): KernelCalls | null {
  if (calls === null || netns === null || proc.root !== '/proc') return null;
  return isOurs(proc, netns) ? calls : inNetns(calls, `${proc.root}/${folder}/ns/net`);
}

/** Whether it is the namespace that we live in ourselves. */
export function isOurs(proc: ProcFs, netns: string | null): boolean {
  return proc.root === '/proc' && netns !== null && netns === readNetns(proc, 'self');
}

/**
 * The same calls, with sockets of the network namespace that `path` (`/proc/4242/ns/net`) names: netlink answers for the namespace in which
 * its socket was made. The thread goes there for that one call, and comes back. Where it may not (that needs CAP_SYS_ADMIN), there is no socket.
 *
 * @see network_namespaces(7), setns(2)
 */
function inNetns(calls: KernelCalls, path: string): KernelCalls {
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
