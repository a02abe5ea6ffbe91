import type { Kind } from '../core/model/descriptor.ts';
import type { DescriptorObject } from '../core/model/object.ts';
import { toInode, type Inode } from '../core/model/inode.ts';
import { parseFdinfo } from '../core/parse/proc-fdinfo.ts';
import { type MountRow, parseMountinfo } from '../core/parse/proc-mountinfo.ts';
import type { ProcessFolder } from './process-folder.ts';

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

const S_IFMT = 0o170000n;
const FORMATS: ReadonlyMap<bigint, Kind> = new Map([
  [0o100000n, 'file'],
  [0o040000n, 'directory'],
  [0o020000n, 'character-device'],
  [0o060000n, 'block-device'],
  [0o010000n, 'fifo'],
  [0o140000n, 'socket'],
]);

/** Where stat(2) may wait for a server that is gone. */
const REMOTE =
  /^(nfs|nfs4|cifs|smb3|smbfs|9p|virtiofs|afs|ceph|coda|gfs2|glusterfs|lustre|ncpfs|ocfs2|fuse(\..*)?|fuseblk)$/;

/**
 * Asks what a path descriptor is by stat(2) through its link, once its mount is known to be a local one.
 *
 * Descriptors on network and FUSE mounts, and on mounts that nobody lists any more (`umount -l`), are left alone and reported as
 * `file`: their inode, size and whether they are deleted stay unknown.
 */
export class FileFacts {
  readonly #process: ProcessFolder;
  #localMounts: ReadonlyMap<number, MountRow> | null = null;

  constructor(process: ProcessFolder) {
    this.#process = process;
  }

  read({ fd, tid, link, saysDeleted }: PathDescriptor): FileFact {
    const unknown: FileFact = { kind: 'file', inode: null, deleted: saysDeleted, sizeBytes: null, object: null };
    const text = this.#process.fdinfo({ fd, tid });
    const info = text.kind === 'read' ? parseFdinfo(text.value) : null;
    const mount = info === null || info.mntId === null ? undefined : this.#mountOf(info.mntId, tid);
    if (info === null || mount === undefined) return unknown;
    const stat = this.#process.proc.stat(`${this.#process.path(tid)}/fd/${fd}`);
    if (stat.kind !== 'read') return unknown;
    const { mode, nlink, ino, size } = stat.value;
    const inode = toInode(ino.toString());
    const deleted = saysDeleted && nlink === 0n && !link.endsWith(`/#${inode} (deleted)`);
    const kind = FORMATS.get(mode & S_IFMT) ?? 'other';
    return {
      kind,
      inode,
      deleted,
      sizeBytes: deleted && kind === 'file' ? Number(size) : null,
      object:
        deleted || info.locks > 0
          ? { kind: 'file', mount: mount.point, fileSystem: mount.type, locks: info.locks }
          : null,
    };
  }

  /** The mount of that id, where it is known and stat(2) on it does not wait for a server. */
  #mountOf(id: number, tid: number | null): MountRow | undefined {
    // Ids are those of the whole machine. A descriptor from outside a chroot is on a mount that only we see.
    this.#localMounts ??= new Map(
      [...this.#readLocalMounts('self'), ...this.#readLocalMounts(this.#process.path(tid))].map((mount) => [
        mount.id,
        mount,
      ]),
    );
    return this.#localMounts.get(id);
  }

  #readLocalMounts(folder: string): MountRow[] {
    const text = this.#process.proc.text(`${folder}/mountinfo`);
    const mounts = text.kind === 'read' ? parseMountinfo(text.value).rows : [];
    return mounts.filter(({ type }) => !REMOTE.test(type));
  }
}
