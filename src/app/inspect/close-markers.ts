import type { ProcessFolder } from '../../collect/process-folder.ts';
import { unixInodesIn } from '../../core/evidence/unix-inodes.ts';
import type { TableEvidence } from '../../core/model/evidence.ts';
import type { Inode } from '../../core/model/inode.ts';
import type { ListedSocket } from '../../core/model/socket-tables.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';

/** A JVM has one for each of its libraries that close sockets. */
const MOST = 2;
/** That of a JVM of 200 libraries has 200 KB; a stranger can make it have 260 MB. */
const MOST_MAPS_BYTES = 1 << 23;
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
  const found = own === null ? [] : [...unixInodesIn(own)].filter((inode) => isLoneAndUnnamed(own.byInode.get(inode)));
  if (found.length === 0) return new Set();
  const held = new Set(listed.map(({ inode }) => inode));
  const markers = found.filter((inode) => held.has(inode));
  if (markers.length === 0 || markers.length > MOST) return new Set();
  const maps = process.proc.text(`${process.path()}/maps`, MOST_MAPS_BYTES);
  return maps.kind === 'read' && LIBRARIES.test(maps.value) ? new Set(markers) : new Set();
}

function isLoneAndUnnamed(socket: ListedSocket | undefined): boolean {
  if (socket?.table !== 'unix' || socket.row.pathBytes !== null) return false;
  return socket.row.type === 'stream' && socket.diag?.peerInode === '0';
}
