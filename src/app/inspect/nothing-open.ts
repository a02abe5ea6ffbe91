import type { ProcessFolder } from '../../collect/process-folder.ts';
import type { ProcessState } from '../../collect/process-identity.ts';
import { type Unobservable, unobservable } from './unobservable.ts';

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
