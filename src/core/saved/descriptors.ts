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
  unixType: null,
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

/** An inode where the text is one: digits, but not 0. */
export function toInodeOf(text: string | number | null | undefined): Inode | null {
  const digits = `${text ?? ''}`;
  return /^[1-9]\d*$/.test(digits) ? toInode(digits) : null;
}
