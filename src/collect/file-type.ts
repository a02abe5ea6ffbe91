import { S_IFCHR, S_IFIFO, S_IFMT, S_IFSOCK } from '../core/model/file-mode.ts';
import type { FileStat } from './stat-buffer.ts';

/** S_IFSOCK. @see inode(7) */
export function isSocket({ mode }: FileStat): boolean {
  return (mode & S_IFMT) === S_IFSOCK;
}

/** S_IFCHR. @see inode(7) */
export function isCharacterDevice({ mode }: FileStat): boolean {
  return (mode & S_IFMT) === S_IFCHR;
}

/** S_IFIFO: a pipe, or a FIFO in a file system. @see inode(7) */
export function isFifo({ mode }: FileStat): boolean {
  return (mode & S_IFMT) === S_IFIFO;
}
