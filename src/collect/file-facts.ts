import type { Kind } from '../core/model/descriptor.ts';
import type { DescriptorObject } from '../core/model/object.ts';
import { toInode, type Inode } from '../core/model/inode.ts';
import { type FdInfo, parseFdinfo } from '../core/parse/proc-fdinfo.ts';
import { type MountRow, parseMountinfo } from '../core/parse/proc-mountinfo.ts';
import type { ProcessFolder } from './process-folder.ts';
import { type FileStat, readStatAt } from './stat-buffer.ts';
import { S_IFMT } from '../core/model/file-mode.ts';

export interface FileFact {
  readonly kind: Kind;
  readonly inode: Inode | null;
  /** Unlinked while open. False for memfd and O_TMPFILE, which never had a name. */
  readonly deleted: boolean;
  readonly sizeBytes: number | null;
  /** Of a deleted or locked file. */
  readonly object: DescriptorObject | null;
}

interface PathDescriptor {
  readonly fd: number;
  readonly tid: number | null;
  readonly link: string;
  readonly saysDeleted: boolean;
}

/** What an earlier look saw behind the same link of the same number; null where it did not. */
export type KnownFile = (descriptor: Pick<PathDescriptor, 'fd' | 'tid' | 'link'>) => FileFact | null;

export const NO_KNOWN_FILE: KnownFile = () => null;

/** A process in a user namespace of its own may mount 100,000 times, with paths of a page. What is mounted behind so much is not known. */
const MOST_MOUNTINFO_BYTES = 1 << 24;

const FORMATS: ReadonlyMap<number, Kind> = new Map([
  [0o100000, 'file'],
  [0o040000, 'directory'],
  [0o020000, 'character-device'],
  [0o060000, 'block-device'],
  [0o010000, 'fifo'],
  [0o140000, 'socket'],
]);

/** Where stat(2) may wait for a server that is gone. */
const REMOTE =
  /^(nfs|nfs4|cifs|smb3|smbfs|9p|virtiofs|afs|ceph|coda|gfs2|glusterfs|lustre|ncpfs|ocfs2|fuse(\..*)?|fuseblk)$/;

/**
 * Asks what a path descriptor is by stat(2) through its link, once its mount is known to be a local one.
 *
 * On network and FUSE mounts, and on those in no list (`umount -l`, the root of a chroot that is not a mount point), only what the kernel
 * knows without asking a server is said, kind and inode: size and links may have changed there. Without kernel calls these are reported
 * as `file`.
 */
export class FileFacts {
  readonly #process: ProcessFolder;
  readonly #isLate: () => boolean;
  readonly #known: KnownFile;
  #mounts: ReadonlyMap<number, MountRow> | null = null;
  /** Files that it was too late to ask what they are. */
  unasked = 0;

  /** `isLate`: whether the time for it is over; what is asked then stays unknown. What is `known` is not asked. */
  constructor(process: ProcessFolder, isLate: () => boolean = () => false, known: KnownFile = NO_KNOWN_FILE) {
    this.#process = process;
    this.#known = known;
    this.#isLate = isLate;
  }

  read({ fd, tid, link, saysDeleted }: PathDescriptor): FileFact {
    const known = this.#known({ fd, tid, link });
    if (known !== null) return known;
    const unknown: FileFact = { kind: 'file', inode: null, deleted: saysDeleted, sizeBytes: null, object: null };
    if (this.#isLate()) {
      this.unasked += 1;
      return unknown;
    }
    const text = this.#process.fdinfo({ fd, tid });
    const info = text.kind === 'read' ? parseFdinfo(text.value) : null;
    const listed = info === null ? undefined : this.#mountOf(info.mntId, tid);
    const mount = listed !== undefined && REMOTE.test(listed.type) ? undefined : listed;
    // Without kernel calls, stat(2) may wait for whoever serves a mount that is not known.
    if (info === null || (mount === undefined && this.#process.calls === null)) return unknown;
    const stat = this.#readStat(`${this.#process.path(tid)}/fd/${fd}`);
    if (stat === null) return unknown;
    const fact = { ...unknown, kind: kindOf(stat), inode: toInode(stat.inode) };
    if (mount !== undefined) return this.#onMount(mount, { fact, link, stat, info });
    return listed === undefined ? { ...fact, ...withoutMount(fact.kind, link, stat) } : fact;
  }

  #onMount(
    mount: MountRow,
    { fact, link, stat, info }: { fact: FileFact; link: string; stat: FileStat; info: FdInfo },
  ): FileFact {
    if (mount.type === MQUEUE) return { ...fact, deleted: false, object: ON_MQUEUE };
    const isUnlinked = fact.deleted && stat.links === 0;
    const deleted = isUnlinked && !link.endsWith(`/#${fact.inode} (deleted)`);
    return {
      ...fact,
      deleted,
      sizeBytes: isUnlinked && fact.kind === 'file' ? stat.sizeBytes : null,
      object: deleted || info.locks > 0 ? this.#objectOn(mount, info) : null,
    };
  }

  #objectOn({ point, type }: MountRow, { locks, lockedBy }: FdInfo): DescriptorObject {
    return { kind: 'file', mount: point, fileSystem: type, locks, ...this.#lockerOf(lockedBy) };
  }

  /** Between the look at its mount and this one a number can be given to another file: no server is asked, where that can be had. */
  #readStat(path: string): FileStat | null {
    const { proc, calls } = this.#process;
    if (calls !== null) return readStatAt(calls, `${proc.root}/${path}`);
    const stat = proc.stat(path);
    if (stat.kind !== 'read') return null;
    const { mode, nlink, ino, size, dev } = stat.value;
    return { mode: Number(mode), links: Number(nlink), inode: `${ino}`, sizeBytes: Number(size), device: `${dev}` };
  }

  /** Who took a lock: a child that inherited the descriptor holds it as well. flock(1) takes it for its child. */
  #lockerOf(pid: number | null): { lockedBy: number | null; isLockForeign: boolean } {
    if (pid === null || pid === this.#process.pid) return { lockedBy: null, isLockForeign: false };
    const { proc } = this.#process;
    const [theirs, ours] = [proc.link(`${pid}/exe`), proc.link(`${this.#process.pid}/exe`)];
    const isOther =
      theirs.kind === 'read' &&
      ours.kind === 'read' &&
      theirs.value !== ours.value &&
      !/\/(?:flock|busybox)$/.test(theirs.value);
    return { lockedBy: pid, isLockForeign: isOther || proc.stat(`${pid}`).kind === 'gone' };
  }

  /** The mount of that id, where it is known. */
  #mountOf(id: number | null, tid: number | null): MountRow | undefined {
    if (id === null) return undefined;
    // Ids are those of the whole machine. A descriptor from outside a chroot is on a mount that only we see.
    this.#mounts ??= new Map(
      [
        ...this.#readMounts('self'),
        ...(this.#mayMountAnything(tid) ? [] : this.#readMounts(this.#process.path(tid))),
      ].map((mount) => [mount.id, mount]),
    );
    return this.#mounts.get(id);
  }

  /**
   * In a user namespace of his own anybody can mount an overlay above a file system that he serves himself: it looks local, and stat(2)
   * of it waits for him.
   */
  #mayMountAnything(tid: number | null): boolean {
    const { proc, calls } = this.#process;
    if (calls !== null) return false;
    const [own, theirs] = ['self', this.#process.path(tid)].map((folder) => proc.link(`${folder}/ns/user`));
    return theirs?.kind !== 'read' || own?.kind !== 'read' || own.value !== theirs.value;
  }

  #readMounts(folder: string): MountRow[] {
    const text = this.#process.proc.text(`${folder}/mountinfo`, MOST_MOUNTINFO_BYTES);
    return text.kind === 'read' ? [...parseMountinfo(text.value).rows] : [];
  }
}

const MQUEUE = 'mqueue';
/** A message queue shows a state of so many bytes. @see kernel ipc/mqueue.c, FILENT_SIZE */
const MQUEUE_BYTES = 80;
const NO_LOCKS = { mount: null, locks: 0, lockedBy: null, isLockForeign: false } as const;
const ON_MQUEUE: DescriptorObject = { kind: 'file', fileSystem: MQUEUE, ...NO_LOCKS };
const DETACHED: DescriptorObject = { kind: 'file', fileSystem: null, ...NO_LOCKS };

/** What is on a mount in no list: a message queue, which the kernel mounts for itself, or the folder of a tree that is mounted nowhere. */
function withoutMount(kind: Kind, link: string, { sizeBytes }: FileStat): Partial<FileFact> {
  if (kind === 'directory') return { object: DETACHED };
  const isQueue = kind === 'file' && sizeBytes === MQUEUE_BYTES && /^\/[^/]+$/.test(link);
  return isQueue ? { object: ON_MQUEUE, deleted: false } : {};
}

function kindOf({ mode }: FileStat): Kind {
  return FORMATS.get(mode & S_IFMT) ?? 'other';
}
