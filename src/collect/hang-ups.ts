import { toPts } from '../core/evidence/other-ends.ts';
import { askDuplicate } from './ask-duplicate.ts';
import type { ProcessFolder } from './process-folder.ts';
import { POLLHUP } from './socket-numbers.ts';
import { isCharacterDevice } from './file-type.ts';
import { hasEnded } from './poll-end.ts';

/** Number of the pseudoterminal of a master. @see ioctl_tty(2), TIOCGPTN */
const TIOCGPTN = 0x8004_5430;

/** A master of a pseudoterminal. */
export interface Master {
  readonly fd: number;
  readonly tid: number | null;
  readonly index: number;
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
