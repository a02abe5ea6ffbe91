import type { ProcessFolder } from '../../collect/process-folder.ts';
import type { ProcessState } from '../../collect/process-identity.ts';
import type { Reading } from '../../core/model/reading.ts';
import { remedyOfUnread } from '../../core/words/shortage.ts';
import type { World } from '../world.ts';

/** A process that cannot be looked at, why, and what to do next. */
export interface Unobservable {
  readonly kind: 'unobservable';
  readonly pid: number;
  readonly because: string;
  readonly remedy: string;
}

/** A refusal: `because` without a full stop, `remedy` as what to do next. */
export function unobservable(pid: number, because: string, remedy: string): Unobservable {
  return { kind: 'unobservable', pid, because, remedy };
}

/** A thread is not a process; a kernel thread, and a zombie none of whose threads lives, hold no descriptors; null for all others. */
export function whyNothingIsOpen(
  { identity: { pid }, threadOf, state, ppid, isKernelThread }: ProcessState,
  { standIn }: ProcessFolder,
): Unobservable | null {
  if (threadOf !== null) return unobservable(pid, `it is a thread of process ${threadOf}`, `give ${threadOf}`);
  if (isKernelThread) {
    return unobservable(pid, 'it is a kernel thread, which has no descriptors', 'give the pid of a program');
  }
  if (state !== 'Z' || standIn !== null) return null;
  const remedy = `its parent ${ppid} has not reaped it: inspect the parent`;
  return unobservable(pid, 'it is a zombie: it has ended and has no descriptors', remedy);
}

/** Says why `/proc/<pid>/stat` was not to be had. */
export function whyUnobservable(
  world: World,
  pid: number,
  reading: Exclude<Reading<unknown>, { kind: 'read' }>,
): Unobservable {
  switch (reading.kind) {
    case 'gone':
      return world.isHidden(pid)
        ? unobservable(
            pid,
            `it exists, but ${reading.path} is hidden from this user (hidepid)`,
            'run as root, or as the user of the process',
          )
        : unobservable(
            pid,
            `no such process: ${reading.path} does not exist`,
            'ps -e lists what is running; inside a container it has another pid than outside',
          );
    case 'denied':
      return unobservable(pid, `${reading.path} may not be read`, 'run as root, or as the user of the process');
    case 'failed':
      return unobservable(pid, `${reading.path}: ${reading.because}`, remedyOfUnread(reading.because));
  }
}
