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

/** Leaves each descriptor once: a listing of threads has a row for each of them. Rows without a number stay. */
export function withoutRepeats(rows: readonly SavedDescriptor[]): readonly SavedDescriptor[] {
  const kept: SavedDescriptor[] = [];
  const repeats = new Repeats(kept);
  let highest = -1;
  for (const row of rows) {
    const { fd, isDescriptor } = row;
    // Listings are in ascending order: such a number has not been before, and of a million rows a set costs seconds.
    if (isDescriptor && fd !== null && fd > highest) highest = fd;
    else if (!isDescriptor || repeats.has(row)) continue;
    kept.push(row);
  }
  return kept;
}

class Repeats {
  readonly #kept: readonly SavedDescriptor[];
  readonly #keys = new Set<string>();
  #taken = 0;

  constructor(kept: readonly SavedDescriptor[]) {
    this.#kept = kept;
  }

  has(row: SavedDescriptor): boolean {
    if (row.fdText === '') return false;
    for (; this.#taken < this.#kept.length; this.#taken++) {
      const before = this.#kept[this.#taken];
      if (before !== undefined) this.#keys.add(keyOf(before));
    }
    return this.#keys.has(keyOf(row));
  }
}

function keyOf({ pid, fdText, inode, target }: SavedDescriptor): string {
  return `${pid} ${fdText} ${inode} ${target}`;
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
