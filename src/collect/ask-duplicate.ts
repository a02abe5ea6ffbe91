import type { ProcessFolder } from './process-folder.ts';
import { type FileStat, readStatOf } from './stat-buffer.ts';

const PIDFD_THREAD = 0o200;

/** A descriptor to be asked, and how to tell that its number still means the same. */
interface Asked<Answer> {
  readonly fd: number;
  readonly tid: number | null;
  readonly isStill: (stat: FileStat) => boolean;
  /** Given a descriptor of our own for the same open file. */
  readonly ask: (fd: number) => Answer | null;
}

/**
 * Asks a descriptor of another process through a duplicate. null where that is denied, or the number now names another file. Not for a
 * process that could make us wait: that number may be of a file it serves itself.
 *
 * @see pidfd_getfd(2)
 */
export function askDuplicate<Answer>(process: ProcessFolder, { fd, tid, isStill, ask }: Asked<Answer>): Answer | null {
  const { calls } = process;
  if (calls === null) return null;
  const task = process.task(tid);
  const pidfd = calls.pidfdOpen(task, task === process.pid ? 0 : PIDFD_THREAD);
  if (pidfd < 0) return null;
  const duplicate = calls.pidfdGetfd(pidfd, fd);
  calls.close(pidfd);
  if (duplicate < 0) return null;
  const stat = readStatOf(calls, duplicate);
  if (stat === null || !isStill(stat)) {
    // The close of a socket may linger.
    calls.closeElsewhere(duplicate);
    return null;
  }
  const answer = ask(duplicate);
  calls.close(duplicate);
  return answer;
}
