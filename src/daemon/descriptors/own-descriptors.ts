import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { StartError } from '../start-error.ts';

/**
 * Counts our own open descriptors without opening one: `stat("/proc/self/fd").size`.
 *
 * readdir needs a descriptor itself and so fails at the limit, just when the number matters. Kernels before 6.2
 * have size 0 there; then the folder is read, and where that fails too the answer is undefined.
 *
 * @see kernel commit f1f1f2569901 "proc: report open files as size in stat() for /proc/pid/fd"
 */
export function countOpenDescriptors(): number | undefined {
  try {
    const { size } = statSync('/proc/self/fd');
    return size > 0 ? size : readdirSync('/proc/self/fd').length;
  } catch {
    return undefined;
  }
}

const SOFT_LIMIT = /^Max open files\s+(\d+)/m;

/**
 * Reads our own soft limit from `/proc/self/limits`; undefined where it cannot be read (no descriptor left, no /proc) or
 * is "unlimited".
 *
 *     Max open files            1024                 524288               files
 *
 * @see proc_pid_limits(5)
 */
export function readSoftLimit(): number | undefined {
  try {
    const [, soft] = SOFT_LIMIT.exec(readFileSync('/proc/self/limits', 'latin1')) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/**
 * Lowers our own soft limit on open files with prlimit(1), as Node has no setrlimit, and checks that it took.
 * Throws a StartError when it did not.
 */
export function lowerSoftLimit(soft: number): void {
  try {
    execFileSync('prlimit', ['--pid', `${process.pid}`, `--nofile=${soft}:`], { stdio: 'ignore' });
  } catch (cause) {
    throw new StartError(`prlimit --nofile=${soft}: on this process failed; it comes with util-linux`, { cause });
  }
  const found = readSoftLimit();
  if (found !== soft)
    throw new StartError(`asked for a soft limit of ${soft} open files, /proc/self/limits says ${found}`);
}
