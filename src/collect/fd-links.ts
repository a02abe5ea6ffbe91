import { closeSync, openSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { type Inode, toInode } from '../core/model/inode.ts';
import type { Reading } from '../core/model/reading.ts';
import { TOO_LONG } from '../core/parse/proc-fd-link.ts';
import type { KernelCalls } from './kernel-calls.ts';
import { type ProcFs, toReading } from './proc-fs.ts';
import type { ProcessFolder } from './process-folder.ts';

const { EACCES, ENAMETOOLONG, ENOENT } = constants.errno;

/** A table with at most this many numbers for each open descriptor is walked; a sparser one is listed first. */
const DENSE = 4;
/** A table of fewer is listed: there is nothing to gain. */
const SMALL = 64;
/** A walk can be broken off, or rest, after so many numbers. */
const STEP = 4;

/** Told of each descriptor, in the order of the numbers. */
export interface LinkVisitor {
  /** The bytes of its link. */
  link(fd: number, link: string): void;
  /** `39309` of `socket:[39309]`, where that was seen at once: a leaking process has thousands of them. */
  socket(fd: number, inode: Inode): void;
}

const SOCKET = 'socket:[';
const [S, BRACKET] = [SOCKET.charCodeAt(0), SOCKET.charCodeAt(SOCKET.length - 1)];

const name = Buffer.alloc(16);
const out = Buffer.alloc(4096);

/**
 * Reads the links of the descriptors of a process, or of one thread with a table of its own.
 *
 * Where the kernel tells how many there are (stat size, Linux >= 6.2) and the table is dense, readlinkat(2) walks its numbers:
 * 19,500 links take 38 ms instead of the 65 ms of readdir and readlink. Everywhere else the folder is listed.
 *
 * @see proc_pid_fd(5); docs/benchmarks.md
 */
export function readFdLinks(process: ProcessFolder, tid: number | null, visitor: LinkVisitor): Reading<number> {
  const steps = walkFdLinks(process, tid, visitor);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

/** The same in steps of {@link STEP} descriptors. */
export function* walkFdLinks(
  process: ProcessFolder,
  tid: number | null,
  visitor: LinkVisitor,
): Generator<undefined, Reading<number>> {
  const { proc, calls } = process;
  const folder = process.path(tid);
  const path = `${folder}/fd`;
  const count = calls === null || proc.root !== '/proc' ? 0 : countOf(proc, path);
  if (calls === null || count < SMALL) return yield* readListed(proc, path, visitor);
  const size = tableSizeOf(proc, folder);
  if (size > count * DENSE) return yield* readListed(proc, path, visitor);
  const full = `${proc.root}/${path}`;
  try {
    return { kind: 'read', value: yield* walk(full, size, calls, visitor) };
  } catch (error) {
    return toReading(error, full);
  }
}

function* readListed(proc: ProcFs, path: string, visitor: LinkVisitor): Generator<undefined, Reading<number>> {
  const names = proc.names(path);
  if (names.kind !== 'read') return names;
  let found = 0;
  for (const fd of names.value.map(Number).sort((a, b) => a - b)) {
    const link = proc.link(`${path}/${fd}`);
    if (link.kind === 'gone') continue;
    if (link.kind === 'denied' || (link.kind === 'failed' && link.because !== 'ENAMETOOLONG')) return link;
    visitor.link(fd, link.kind === 'read' ? link.value : TOO_LONG);
    if (++found % STEP === 0) yield;
  }
  return { kind: 'read', value: found };
}

/** In a folder of descriptors number 0 stands behind `.` and `..`. @see kernel fs/proc/fd.c proc_readfd_common() */
const FIRST_POSITION = 2;

/**
 * Ends when as many were found as the kernel now counts and it lists no higher number, else at the end of the table. The count alone
 * would not do: while one closes behind the walk another opens ahead of it.
 */
function* walk(path: string, size: number, calls: KernelCalls, visitor: LinkVisitor): Generator<undefined, number> {
  const folder = openSync(path, 'r');
  try {
    let count = statSync(path).size;
    let found = 0;
    for (let fd = 0; fd < size; fd++) {
      if (fd % STEP === STEP - 1) yield;
      if (found >= count && found >= (count = statSync(path).size)) {
        if (calls.entriesFrom(folder, fd + FIRST_POSITION, out) === 0) break;
        count = Infinity;
      }
      writeName(fd);
      const length = calls.readlinkat(folder, name, out);
      if (length >= 0) {
        found++;
        if (isSocket(length)) visitor.socket(fd, toInode(out.toString('latin1', SOCKET.length, length - 1)));
        else visitor.link(fd, out.toString('latin1', 0, length));
      } else if (calls.errno() === ENAMETOOLONG) {
        found++;
        visitor.link(fd, TOO_LONG);
      } else if (calls.errno() === EACCES) {
        throw Object.assign(new Error(`readlinkat ${path}/${fd}`), { code: 'EACCES' });
      } else if (calls.errno() !== ENOENT) {
        throw Object.assign(new Error(`readlinkat ${path}/${fd}`), { code: `errno ${calls.errno()}` });
      }
    }
    return found;
  } finally {
    closeSync(folder);
  }
}

/** Whether the link in `out` is that of a socket: what else begins with `s` has no bracket there. */
function isSocket(length: number): boolean {
  return out[0] === S && out[SOCKET.length - 1] === BRACKET && length > SOCKET.length;
}

function countOf(proc: ProcFs, path: string): number {
  const stat = proc.stat(path);
  return stat.kind === 'read' ? Number(stat.value.size) : 0;
}

/** `FDSize`: no open number is at or above it. Infinity when it cannot be told. */
function tableSizeOf(proc: ProcFs, folder: string): number {
  const text = proc.text(`${folder}/status`);
  const [, size] = text.kind === 'read' ? (/^FDSize:\s*(\d+)$/m.exec(text.value) ?? []) : [];
  return size === undefined ? Infinity : Number(size);
}

/** Writes `fd` in decimal and NUL into `name`. */
function writeName(fd: number): void {
  let length = 1;
  for (let rest = fd; rest >= 10; rest = Math.floor(rest / 10)) length++;
  name[length] = 0;
  for (let rest = fd, at = length - 1; at >= 0; at--, rest = Math.floor(rest / 10)) name[at] = 48 + (rest % 10);
}
