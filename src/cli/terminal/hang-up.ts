import { closeSync } from 'node:fs';
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
