import type { ProcessFolder } from '../../collect/process-folder.ts';
import { unixInodesIn } from '../../core/evidence/unix-inodes.ts';
import type { TableEvidence } from '../../core/model/evidence.ts';
import type { Inode } from '../../core/model/inode.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';

/** A JVM has one for each of its libraries that close sockets. */
const MOST = 2;
const LIBRARIES = /\/lib(?:nio|net)\.so/;

/**
 * The unnamed unix sockets that a JVM keeps on purpose with their other end closed: it puts one in place of a descriptor that is being
 * closed. Empty for any other program, and where there are more than a JVM makes.
 *
 * @see OpenJDK src/java.base/unix/native/libnio/ch/UnixDispatcher.c, preCloseFD
 */
export function readCloseMarkers(
  process: ProcessFolder,
  { own }: TableEvidence,
  listed: readonly OpenDescriptor[],
): ReadonlySet<Inode> {
  const found = new Set<Inode>();
  const unix = own === null ? new Set<Inode>() : unixInodesIn(own);
  for (const { inode } of unix.size === 0 ? [] : listed) {
    const socket = inode === null ? undefined : own?.byInode.get(inode);
    if (inode === null || socket?.table !== 'unix' || socket.row.pathBytes !== null) continue;
    if (socket.row.type === 'stream' && socket.diag?.peerInode === '0') found.add(inode);
  }
  if (found.size === 0 || found.size > MOST) return new Set();
  const maps = process.proc.text(`${process.path()}/maps`);
  return maps.kind === 'read' && LIBRARIES.test(maps.value) ? found : new Set();
}
