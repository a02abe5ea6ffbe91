import type { ProtocolNames } from '../../collect/protocol-names.ts';
import type { UnlistedSockets } from './unlisted-sockets.ts';

/** Of so many the kernel is asked for the protocol of each. */
export const FEW = 64;

/** Which tables could list these sockets. Of a few the kernel says the protocol; of thousands that takes longer than reading all. */
export function whichTables(unlisted: UnlistedSockets, names: ProtocolNames): (table: string) => boolean {
  if (unlisted.size > FEW) return () => true;
  const found = unlisted.inodes.map((inode) => {
    const descriptor = unlisted.heldBy(inode)[0];
    return descriptor === undefined ? null : names.read(descriptor);
  });
  if (found.every((name) => name?.startsWith('UNIX') === true)) return (table) => table === 'unix';
  if (found.every((name) => name?.includes('TCP') === true)) return (table) => table === 'tcp' || table === 'tcp6';
  return () => true;
}
