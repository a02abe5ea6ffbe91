import { closeSync, openSync, readdirSync, readlinkSync, readSync, statSync, type BigIntStats } from 'node:fs';
import type { Reading } from '../core/model/reading.ts';

/**
 * A folder of a process. While its inode and the time of that are the same, so is the process: the kernel makes another for each that gets
 * the pid, and whenever it had forgotten this one.
 *
 * @see kernel fs/proc/base.c proc_pid_make_inode(), pid_revalidate()
 */
export interface FolderStat {
  /** Of `fd`, Linux >= 6.2: how many there are. */
  readonly size: number;
  readonly ino: number;
  readonly madeAtMs: number;
}

/** The only place that touches /proc. The root is a parameter, so that a fixture is just a path. */
export class ProcFs {
  readonly root: string;

  constructor(root = '/proc') {
    this.root = root;
  }

  /**
   * The bytes of a file, one character each; of more than `most` the first. A long table takes many read(2) calls and is not one moment.
   * A process can make its `cmdline` as long as its memory (PR_SET_MM_MAP).
   */
  text(path: string, most = MOST_BYTES): Reading<string> {
    return attempt(`${this.root}/${path}`, (full) => readBytes(full, most));
  }

  /** The same for a table that strangers make long: it rests in between. */
  async textInPieces(path: string, rest: () => Promise<void>): Promise<Reading<string>> {
    const full = `${this.root}/${path}`;
    try {
      return { kind: 'read', value: await readPieces(full, rest) };
    } catch (error) {
      return toReading(error, full);
    }
  }

  names(path: string): Reading<string[]> {
    return attempt(`${this.root}/${path}`, (full) => readdirSync(full));
  }

  /** Target of a magic link such as `socket:[39309]`, one character a byte; it is text, not a path to follow. */
  link(path: string): Reading<string> {
    return attempt(`${this.root}/${path}`, (full) => readlinkSync(full, 'latin1'));
  }

  /** Of a folder of a process, which never hangs; several times as fast as {@link stat}. */
  folder(path: string): Reading<FolderStat> {
    return attempt(`${this.root}/${path}`, (full) => {
      const { size, ino, ctimeMs } = statSync(full);
      return { size, ino, madeAtMs: ctimeMs };
    });
  }

  /** stat(2) through the link: of the thing itself. May hang on a dead network mount: ask `FileFacts`. */
  stat(path: string): Reading<BigIntStats> {
    return attempt(`${this.root}/${path}`, (full) => statSync(full, { bigint: true }));
  }
}

/** Larger than any table here; what a process writes of itself is read to {@link MOST_OWN_BYTES}. */
const MOST_BYTES = 1 << 28;
/** Of `cmdline` and the like: what exec(2) takes for one word, as ps reads. @see kernel include/uapi/linux/binfmts.h MAX_ARG_STRLEN */
export const MOST_OWN_BYTES = 1 << 17;

/** Files below /proc/sys fail with ENOMEM when 4 MiB or more are asked for. @see kernel fs/proc/proc_sysctl.c proc_sys_call_handler() */
const MOST_AT_ONCE = 1 << 20;
/** Grows to the largest file read; readFileSync would take a fresh 64 KiB for every 4 KiB that /proc hands out. */
let buffer: Buffer = Buffer.alloc(1 << 16);
const LARGE = 1 << 22;

function readBytes(path: string, most: number): string {
  const fd = openSync(path, 'r');
  try {
    let size = 0;
    for (;;) {
      if (size === most) return buffer.toString('latin1', 0, size);
      if (size === buffer.length) buffer = grow(buffer);
      const count = readSync(fd, buffer, size, Math.min(buffer.length - size, most - size, MOST_AT_ONCE), null);
      if (count === 0) return buffer.toString('latin1', 0, size);
      size += count;
    }
  } finally {
    closeSync(fd);
  }
}

/** What is read by others meanwhile needs the buffer. */
async function readPieces(path: string, rest: () => Promise<void>): Promise<string> {
  const fd = openSync(path, 'r');
  try {
    const piece = Buffer.allocUnsafe(MOST_AT_ONCE);
    let text = '';
    for (;;) {
      // The kernel hands out 4 KiB at a time.
      let size = 0;
      let count = -1;
      while (count !== 0 && size < piece.length) {
        count = readSync(fd, piece, size, piece.length - size, null);
        size += count;
      }
      text += piece.toString('latin1', 0, size);
      if (count === 0 || text.length >= MOST_BYTES) return text;
      await rest();
    }
  } finally {
    closeSync(fd);
  }
}

/** Buffer.concat would write zeros behind it, and so take memory that may never be needed. */
function grow(full: Buffer): Buffer {
  const larger = Buffer.allocUnsafeSlow(full.length * (full.length < LARGE ? 4 : 2));
  full.copy(larger);
  return larger;
}

/** Turns the errno of one attempt into a {@link Reading}; anything without an errno is a bug and thrown. */
export function attempt<T>(path: string, read: (path: string) => T): Reading<T> {
  try {
    return { kind: 'read', value: read(path) };
  } catch (error) {
    return toReading(error, path);
  }
}

/** What an errno makes of an attempt. */
export function toReading(error: unknown, path: string): Exclude<Reading<never>, { kind: 'read' }> {
  const code = errnoOf(error);
  if (code === undefined) throw error;
  if (code === 'ENOENT' || code === 'ESRCH') return { kind: 'gone', path };
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'denied', path };
  return { kind: 'failed', path, because: code };
}

function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
