import type { Inode } from '../core/model/inode.ts';
import type { OpenDescriptor } from '../core/model/open-descriptor.ts';
import type { Reading } from '../core/model/reading.ts';
import { parseFdLink } from '../core/parse/proc-fd-link.ts';
import type { Deadline } from './deadline.ts';
import { readFdLinks, walkFdLinks } from './fd-links.ts';
import type { FileFacts } from './file-facts.ts';
import type { ProcessFolder } from './process-folder.ts';

/**
 * Lists the open descriptors of a process (`tid` null), or of one thread with a table of its own, lowest first.
 *
 * A descriptor closed before its link was read is left out: it was not open at any moment we could show.
 * In one go, where that takes no quarter of a second: a snapshot is worth more the shorter it takes. `isWhole` is false where the
 * deadline passed before the end.
 *
 * @see proc_pid_fd(5)
 */
export async function readOpenDescriptors(
  process: ProcessFolder,
  tid: number | null,
  { files, deadline }: { readonly files: FileFacts; readonly deadline: Deadline },
): Promise<{ readonly table: Reading<OpenDescriptor[]>; readonly isWhole: boolean }> {
  const open: OpenDescriptor[] = [];
  const steps = walkFdLinks(process, tid, {
    link: (fd, link) => open.push(toOpenDescriptor(link, fd, tid, files)),
    socket: (fd, inode) => open.push(toSocket(fd, tid, inode)),
  });
  try {
    for (;;) {
      const step = steps.next();
      if (step.done === true)
        return { table: step.value.kind === 'read' ? { kind: 'read', value: open } : step.value, isWhole: true };
      if (deadline.isOver()) return { table: { kind: 'read', value: open }, isWhole: false };
      if (deadline.isTired()) await deadline.rest();
    }
  } finally {
    steps.return({ kind: 'read', value: 0 });
  }
}

/** The descriptors of the process that hold one of the sockets, as of now. */
export function readSocketsOf(process: ProcessFolder, inodes: ReadonlySet<Inode>): OpenDescriptor[] {
  const found: OpenDescriptor[] = [];
  const socket = (fd: number, inode: Inode): void => {
    if (inodes.has(inode)) found.push(toSocket(fd, null, inode));
  };
  const link = (fd: number, text: string): void => {
    const { kind, inode } = parseFdLink(text);
    if (kind === 'socket' && inode !== null) socket(fd, inode);
  };
  readFdLinks(process, null, { link, socket });
  return found;
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

function toSocket(fd: number, tid: number | null, inode: Inode): OpenDescriptor {
  const link = `socket:[${inode}]`;
  return { fd, tid, link, kind: 'socket', inode, deleted: false, sizeBytes: null, object: null };
}
