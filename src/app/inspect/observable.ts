import { type ProcessFolder, readProcessFolder } from '../../collect/process-folder.ts';
import { readProcessState, type ProcessState } from '../../collect/process-identity.ts';
import { readNetns } from '../../collect/netns.ts';
import { whyUnobservable, type Unobservable } from './unobservable.ts';
import { whyNothingIsOpen } from './nothing-open.ts';
import type { World } from '../world.ts';

/** A process that can be looked at, and from where. */
export interface Observable {
  readonly kind: 'observable';
  readonly subject: ProcessState;
  readonly process: ProcessFolder;
  readonly netns: string | null;
  /** Whether it lives in another network namespace than we. */
  readonly isForeignToUs: boolean;
  /** Why there are no system calls. */
  readonly noCallsBecause: string | null;
}

/** Finds out who `pid` is. A kernel thread and a zombie hold no descriptors, so there is nothing to look at. */
export function readObservable(world: World, pid: number): Observable | Unobservable {
  const { proc } = world;
  const subject = readProcessState(proc, pid);
  if (subject.kind !== 'read') return whyUnobservable(world, pid, subject);
  const load = world.kernelCalls();
  const process = readProcessFolder(proc, pid, load.kind === 'loaded' ? load.calls : null);
  const nothing = whyNothingIsOpen(subject.value, process);
  if (nothing !== null) return nothing;
  const netns = subject.value.identity.netns ?? readNetns(proc, process.path());
  const isForeignToUs = netns !== null && netns !== readNetns(proc, 'self');
  const noCallsBecause = load.kind === 'loaded' ? null : load.because;
  return { kind: 'observable', subject: subject.value, process, netns, isForeignToUs, noCallsBecause };
}
