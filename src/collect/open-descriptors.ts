import type { Inode } from '../core/model/inode.ts';
import type { OpenDescriptor } from '../core/model/open-descriptor.ts';
import type { Reading } from '../core/model/reading.ts';
import { parseFdLink } from '../core/parse/proc-fd-link.ts';
import { readFdLinks } from './fd-links.ts';
import type { FileFacts } from './file-facts.ts';
import type { ProcessFolder } from './process-folder.ts';

/**
 * Lists the open descriptors of a process (`tid` null), or of one thread with a table of its own, lowest first.
 *
 * A descriptor closed before its link was read is left out: it was not open at any moment we could show.
 * Synchronous on purpose: a snapshot is worth more the shorter it takes.
 *
 * @see proc_pid_fd(5)
 */
export function readOpenDescriptors(
  process: ProcessFolder,
  tid: number | null,
  files: FileFacts,
): Reading<OpenDescriptor[]> {
  const open: OpenDescriptor[] = [];
  const read = readFdLinks(process, tid, {
    link: (fd, link) => open.push(toOpenDescriptor(link, fd, tid, files)),
    socket: (fd, inode) =>
      open.push({
        fd,
        tid,
        link: `socket:[${inode}]`,
        kind: 'socket',
        inode,
        deleted: false,
        sizeBytes: null,
        object: null,
      }),
  });
  return read.kind === 'read' ? { kind: 'read', value: open } : read;
}

/** Whether the descriptor still names the same socket. */
export function isStillOpen(process: ProcessFolder, { fd, tid, inode }: SocketDescriptor): boolean {
  const link = process.link({ fd, tid });
  return link.kind === 'read' && link.value === `socket:[${inode}]`;
}

interface SocketDescriptor {
  readonly fd: number;
  readonly tid: number | null;
  readonly inode: Inode;
}

function toOpenDescriptor(link: string, fd: number, tid: number | null, files: FileFacts): OpenDescriptor {
  const { kind, inode, saysDeleted } = parseFdLink(link);
  if (kind !== 'path') return { fd, tid, link, kind, inode, deleted: false, sizeBytes: null, object: null };
  return { fd, tid, link, ...files.read({ fd, tid, link, saysDeleted }) };
}
