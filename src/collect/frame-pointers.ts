import { closeSync, openSync, readSync } from 'node:fs';
import { parseProcStatus } from '../core/parse/proc-status.ts';
import type { ProcessFolder } from './process-folder.ts';
import { isGoExecutable } from './go-executable.ts';

/** `push %rbp; mov %rsp,%rbp`: how a function of x86-64 begins that keeps a frame pointer. */
const KEEPS = Buffer.from([0x55, 0x48, 0x89, 0xe5]);
/** Enough to tell, of the largest programs. */
const MOST_BYTES = 1 << 24;
/** Compilers write one here and there, for a function whose frame varies; with frame pointers there is one in each function. */
const BYTES_FOR_EACH = 4096;

/**
 * Whether a walk by frame pointers can find calls of the program itself: Go keeps them, a compiler at run time that writes
 * `/tmp/perf-PID.map` does, and a program that was built with them. Other architectures than x86-64 keep them always.
 *
 * @see gcc(1), -fomit-frame-pointer; kernel arch/x86/events/core.c perf_callchain_user()
 */
export function canWalkStacks(process: ProcessFolder): boolean {
  if (globalThis.process.arch !== 'x64' || isGoExecutable(process) === true) return true;
  return hasPerfMap(process) || keepsFramePointers(readCode(process));
}

/** Under the number that the process has in its own pid namespace. @see kernel tools/perf/Documentation/jit-interface.txt */
function hasPerfMap(process: ProcessFolder): boolean {
  const status = process.proc.text(`${process.pid}/status`);
  const own = status.kind === 'read' ? parseProcStatus(status.value).nsPids.at(-1) : undefined;
  const names = process.proc.names(`${process.pid}/root/tmp`);
  return names.kind === 'read' && names.value.includes(`perf-${own ?? process.pid}.map`);
}

interface Code {
  /** In the file. */
  readonly at: number;
  readonly length: number;
}

/** `55d0c8a01000-55d0c8a02000 r-xp 00001000 fe:00 1234 /usr/bin/relay`. @see proc_pid_maps(5) */
function findCode(process: ProcessFolder): Code | null {
  const exe = process.proc.link(`${process.path()}/exe`);
  const maps = process.proc.text(`${process.path()}/maps`);
  if (exe.kind !== 'read' || maps.kind !== 'read') return null;
  const line = maps.value.split('\n').find((one) => / r-xp /.test(one) && one.endsWith(` ${exe.value}`));
  const [, from = '', to = '', at = ''] = /^([0-9a-f]+)-([0-9a-f]+) r-xp ([0-9a-f]+)/.exec(line ?? '') ?? [];
  if (at === '') return null;
  return { at: Number.parseInt(at, 16), length: Number.parseInt(to, 16) - Number.parseInt(from, 16) };
}

function readCode(process: ProcessFolder): Buffer {
  const code = findCode(process);
  if (code === null) return Buffer.alloc(0);
  try {
    const fd = openSync(`${process.proc.root}/${process.path()}/exe`, 'r');
    try {
      const bytes = Buffer.alloc(Math.min(MOST_BYTES, code.length));
      return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, code.at));
    } finally {
      closeSync(fd);
    }
  } catch {
    return Buffer.alloc(0);
  }
}

function keepsFramePointers(code: Buffer): boolean {
  let count = 0;
  for (let at = code.indexOf(KEEPS); at >= 0; at = code.indexOf(KEEPS, at + 1)) count += 1;
  return count * BYTES_FOR_EACH > code.length;
}
