import { toPts } from '../core/evidence/other-ends.ts';
import type { KernelCalls } from './kernel-calls.ts';
import type { ProcessFolder } from './process-folder.ts';
import { isCharacterDevice, readStatOf } from './stat-buffer.ts';

const PIDFD_THREAD = 0o200;
/** Number of the pseudoterminal of a master. @see ioctl_tty(2), TIOCGPTN */
const TIOCGPTN = 0x8004_5430;
const POLLHUP = 0x10;

/** A master of a pseudoterminal. */
export interface Master {
  readonly fd: number;
  readonly tid: number | null;
  readonly index: number;
}

/**
 * Whether the other side of each master was open once and no longer is, by `/dev/pts/7`: poll(2) of a duplicate reports that as a hang-up,
 * and nothing of a side that was never opened. What may not be asked is left out. Not for a process that could make us wait: its number may
 * be that of a file it serves itself by then.
 *
 * @see pidfd_getfd(2); kernel drivers/tty/pty.c pty_close(), TTY_OTHER_CLOSED
 */
export function readHangUps(process: ProcessFolder, masters: readonly Master[]): ReadonlyMap<string, boolean> {
  const answers = new Map<string, boolean>();
  const { calls } = process;
  if (calls === null) return answers;
  for (const master of masters) {
    const task = process.task(master.tid);
    const pidfd = calls.pidfdOpen(task, task === process.pid ? 0 : PIDFD_THREAD);
    if (pidfd < 0) return answers;
    const duplicate = calls.pidfdGetfd(pidfd, master.fd);
    calls.close(pidfd);
    if (duplicate < 0) continue;
    const stat = readStatOf(calls, duplicate);
    if (stat === null || !isCharacterDevice(stat)) {
      // Another file has taken its number: the close of a socket may linger.
      calls.closeElsewhere(duplicate);
      continue;
    }
    const hasHungUp = ask(calls, duplicate, master.index);
    calls.close(duplicate);
    if (hasHungUp !== null) answers.set(toPts(master.index), hasHungUp);
  }
  return answers;
}

/** null where the number is that of something else by now. */
function ask(calls: KernelCalls, fd: number, index: number): boolean | null {
  const number = new Int32Array(1);
  if (calls.ioctlInto(fd, TIOCGPTN, number) !== 0 || number[0] !== index) return null;
  const pollfd = new Int32Array([fd, 0]);
  if (calls.poll(pollfd) < 0) return null;
  const [, revents = 0] = new Int16Array(pollfd.buffer, 4);
  return (revents & POLLHUP) !== 0;
}
