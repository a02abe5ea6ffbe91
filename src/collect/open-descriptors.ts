import type { Inode } from '../core/model/inode.ts';
import type { OpenDescriptor } from '../core/model/open-descriptor.ts';
import type { Reading } from '../core/model/reading.ts';
import { parseFdLink } from '../core/parse/proc-fd-link.ts';
import { readFdLinks } from './fd-links.ts';
import type { FileFacts } from './file-facts.ts';
import type { KernelCalls } from './kernel-calls.ts';
import type { ProcFs } from './proc-fs.ts';

/**
 * Lists the open descriptors of a process, or of one thread with a table of its own, lowest first.
 *
 * A descriptor closed before its link was read is left out: it was not open at any moment we could show.
 * Synchronous on purpose: a snapshot is worth more the shorter it takes.
 *
 * @see proc_pid_fd(5)
 */
export function readOpenDescriptors(
  proc: ProcFs,
  { pid, tid, calls }: TableRequest,
  files: FileFacts,
): Reading<OpenDescriptor[]> {
  const open: OpenDescriptor[] = [];
  const read = readFdLinks(proc, folderOf(pid, tid), calls, {
    link: (fd, link) => open.push(toOpenDescriptor(link, fd, tid, files)),
    socket: (fd, inode) =>
      open.push({ fd, tid, link: `socket:[${inode}]`, kind: 'socket', inode, deleted: false, sizeBytes: null }),
  });
  return read.kind === 'read' ? { kind: 'read', value: open } : read;
}

/** A descriptor table: that of process `pid`, or of its thread `tid`. */
export interface TableRequest {
  readonly pid: number;
  readonly tid: number | null;
  /** Speeds it up. */
  readonly calls: KernelCalls | null;
}

/** Whether the descriptor still names the same socket. */
export function isStillOpen(proc: ProcFs, pid: number, { fd, tid, inode }: SocketDescriptor): boolean {
  const link = proc.link(`${folderOf(pid, tid)}/fd/${fd}`);
  return link.kind === 'read' && link.value === `socket:[${inode}]`;
}

interface SocketDescriptor {
  readonly fd: number;
  readonly tid: number | null;
  readonly inode: Inode;
}

/** `4242` or `4242/task/4250`: where the descriptor table of a process or thread lies below /proc. */
export function folderOf(pid: number, tid: number | null): string {
  return tid === null ? `${pid}` : `${pid}/task/${tid}`;
}

function toOpenDescriptor(link: string, fd: number, tid: number | null, files: FileFacts): OpenDescriptor {
  const { kind, inode, saysDeleted } = parseFdLink(link);
  if (kind !== 'path') return { fd, tid, link, kind, inode, deleted: false, sizeBytes: null };
  return { fd, tid, link, ...files.read({ fd, tid, link, saysDeleted }) };
}
