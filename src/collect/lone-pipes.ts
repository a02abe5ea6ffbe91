import { askDuplicate } from './ask-duplicate.ts';
import type { ProcessFolder } from './process-folder.ts';
import { POLLERR, POLLHUP } from './socket-numbers.ts';
import { isFifo } from './file-type.ts';
import { hasEnded } from './poll-end.ts';

/** One end of a pipe; `inode` is that of the pipe. */
export interface PipeDescriptor {
  readonly fd: number;
  readonly tid: number | null;
  readonly inode: string;
}

/**
 * The pipes of which nobody holds the other end, by inode: poll(2) of a duplicate reports a read end without writers as hung up, and a write
 * end without readers as broken. Their own user may ask that, where other processes cannot be seen.
 *
 * @see kernel fs/pipe.c pipe_poll()
 */
export function readLonePipes(process: ProcessFolder, pipes: readonly PipeDescriptor[]): ReadonlySet<string> {
  const lone = new Set<string>();
  const { calls } = process;
  if (calls === null) return lone;
  for (const { fd, tid, inode } of pipes) {
    const isLone = askDuplicate(process, {
      fd,
      tid,
      isStill: (stat) => isFifo(stat) && stat.inode === inode,
      ask: (duplicate) => hasEnded(calls, duplicate, POLLHUP | POLLERR),
    });
    if (isLone === true) lone.add(inode);
  }
  return lone;
}
