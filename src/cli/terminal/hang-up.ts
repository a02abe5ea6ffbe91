import { closeSync, readFileSync, readlinkSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * At the end of this process, lets go of a terminal that has hung up meanwhile. What node finds open it sets back to how it was, and it
 * aborts where that fails with EIO.
 *
 * @see node/src/node.cc ResetStdio
 */
export function letGoOfHungUp(): void {
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  process.once('exit', () => {
    for (const fd of terminals) if (!isatty(fd)) closeSync(fd);
  });
}

const ACCESS_MODE = 0o3;
const WRITE_ONLY = 0o1;

/**
 * Whether `nohup` started this process at a terminal. It ignores SIGHUP, but node sets all signals back to what they were made for; what
 * stays is its stdin: /dev/null, open for writing only, which nobody else does.
 *
 * @see node/src/node.cc InitializeOncePerProcess; coreutils nohup.c
 */
export function isUnderNohup(): boolean {
  try {
    if (readlinkSync('/proc/self/fd/0') !== '/dev/null') return false;
    const [, flags = '0'] = /^flags:\s*(\d+)/m.exec(readFileSync('/proc/self/fdinfo/0', 'latin1')) ?? [];
    return (Number.parseInt(flags, 8) & ACCESS_MODE) === WRITE_ONLY;
  } catch {
    // No stdin, or no /proc.
    return false;
  }
}
