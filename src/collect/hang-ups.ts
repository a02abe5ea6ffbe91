import { toPts } from '../core/evidence/other-ends.ts';
import { askDuplicate } from './ask-duplicate.ts';
import type { KernelCalls } from './kernel-calls.ts';
import type { ProcessFolder } from './process-folder.ts';
import { POLLERR, POLLHUP } from './socket-numbers.ts';
import { isCharacterDevice, isFifo } from './stat-buffer.ts';

/** Number of the pseudoterminal of a master. @see ioctl_tty(2), TIOCGPTN */
const TIOCGPTN = 0x8004_5430;

/** A master of a pseudoterminal. */
export interface Master {
  readonly fd: number;
  readonly tid: number | null;
  readonly index: number;
}

/** One end of a pipe; `inode` is that of the pipe. */
export interface PipeDescriptor {
  readonly fd: number;
  readonly tid: number | null;
  readonly inode: string;
}

/**
 * Whether the other side of each master was open once and no longer is, by `/dev/pts/7`: poll(2) of a duplicate reports that as a hang-up,
 * and nothing of a side that was never opened. What may not be asked is left out.
 *
 * @see kernel drivers/tty/pty.c pty_close(), TTY_OTHER_CLOSED
 */
export function readHangUps(process: ProcessFolder, masters: readonly Master[]): ReadonlyMap<string, boolean> {
  const answers = new Map<string, boolean>();
  const { calls } = process;
  if (calls === null) return answers;
  for (const { fd, tid, index } of masters) {
    const ask = (duplicate: number): boolean | null => {
      const number = new Int32Array(1);
      const isSame = calls.ioctlInto(duplicate, TIOCGPTN, number) === 0 && number[0] === index;
      return isSame ? hasEnded(calls, duplicate, POLLHUP) : null;
    };
    const hasHungUp = askDuplicate(process, { fd, tid, isStill: isCharacterDevice, ask });
    if (hasHungUp !== null) answers.set(toPts(index), hasHungUp);
  }
  return answers;
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

/** null where poll(2) may not be asked. */
function hasEnded(calls: KernelCalls, fd: number, events: number): boolean | null {
  const pollfd = new Int32Array([fd, 0]);
  if (calls.poll(pollfd) < 0) return null;
  const [, revents = 0] = new Int16Array(pollfd.buffer, 4);
  return (revents & events) !== 0;
}
