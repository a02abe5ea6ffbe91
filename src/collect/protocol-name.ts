import type { KernelCalls } from './kernel-calls.ts';

const value = Buffer.alloc(64);

/**
 * The kernel's name of a socket's protocol, `TCPv6`, from the xattr `system.sockprotoname` of its descriptor; null where it cannot
 * be read. lsof prints the same after `protocol:`.
 *
 * @see getxattr(2); kernel net/socket.c sockfs_xattr_get()
 */
export function readProtocolName(calls: KernelCalls, path: string): string | null {
  const length = calls.getxattr(path, 'system.sockprotoname', value);
  if (length <= 0) return null;
  return value.toString('latin1', 0, length).replace(/\0+$/, '');
}
