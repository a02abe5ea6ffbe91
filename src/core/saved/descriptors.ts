import { type Inode, toInode } from '../model/inode.ts';
import { parseFdLink } from '../parse/proc-fd-link.ts';
import { kindOfLink } from './kinds.ts';
import type { SavedDescriptor, SavedSocket } from './part.ts';

export const UNKNOWN_SOCKET: SavedSocket = {
  inode: null,
  holders: [],
  protocol: null,
  family: null,
  protocolName: null,
  state: null,
  local: null,
  remote: null,
  path: null,
  recvQueueBytes: null,
  sendQueueBytes: null,
  listed: null,
};

/** A descriptor of which only the link is known: of `ls -l /proc/<pid>/fd`, busybox lsof. */
export function toLinkedDescriptor(pid: number | null, fd: number | null, link: string): SavedDescriptor {
  const kind = kindOfLink(link);
  const { inode, saysDeleted } = parseFdLink(link);
  return {
    pid,
    fd,
    fdText: fd === null ? '' : `${fd}`,
    isDescriptor: true,
    kind,
    target: link,
    inode,
    deleted: saysDeleted,
    socket: kind === 'socket' ? { ...UNKNOWN_SOCKET, inode } : null,
  };
}

/** The link of a socket or pipe as /proc prints it: `socket:[7]`. */
export function toLink(kind: 'socket' | 'pipe', inode: Inode | null): string {
  return inode === null ? `${kind}:[?]` : `${kind}:[${inode}]`;
}

/** Leaves each descriptor once: a listing of threads has a row for each of them. Rows without a number stay. */
export function withoutRepeats(rows: readonly SavedDescriptor[]): readonly SavedDescriptor[] {
  const seen = new Set<string>();
  return rows.filter(({ pid, fdText, inode, target, isDescriptor }) => {
    if (!isDescriptor) return false;
    if (fdText === '') return true;
    const key = `${pid} ${fdText} ${inode} ${target}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** The pids that rows name, ascending. */
export function pidsOf(rows: readonly { readonly pid: number | null }[]): readonly number[] {
  const pids = new Set<number>();
  for (const { pid } of rows) if (pid !== null) pids.add(pid);
  return [...pids].sort((a, b) => a - b);
}

/** The pids that hold sockets, ascending. */
export function pidsOfHolders(sockets: readonly SavedSocket[]): readonly number[] {
  return pidsOf(sockets.flatMap(({ holders }) => holders));
}

/** An inode where the text is one: digits, but not 0. */
export function toInodeOf(text: string | number | null | undefined): Inode | null {
  const digits = `${text ?? ''}`;
  return /^[1-9]\d*$/.test(digits) ? toInode(digits) : null;
}
