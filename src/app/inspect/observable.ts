import { type DescriptorTables, readDescriptorTables } from '../../collect/descriptor-tables.ts';
import type { KernelCalls } from '../../collect/kernel-calls.ts';
import { folderOf } from '../../collect/open-descriptors.ts';
import { readSubject, type Subject } from '../../collect/process-identity.ts';
import { readNetns } from '../../collect/socket-tables.ts';
import { whyNothingIsOpen, whyUnobservable, type Unobservable } from './unobservable.ts';
import type { World } from '../world.ts';

/** A process that can be looked at, and from where. */
export interface Observable {
  readonly kind: 'observable';
  readonly subject: Subject;
  readonly tables: DescriptorTables;
  readonly netns: string | null;
  /** Whether it lives in another network namespace than we. */
  readonly isForeignToUs: boolean;
  readonly calls: KernelCalls | null;
  /** Why there are no calls. */
  readonly noCallsBecause: string | null;
}

/** Finds out who `pid` is. A kernel thread and a zombie hold no descriptors, so there is nothing to look at. */
export function readObservable(world: World, pid: number): Observable | Unobservable {
  const { proc } = world;
  const subject = readSubject(proc, pid);
  if (subject.kind !== 'read') return whyUnobservable(world, pid, subject);
  const load = world.kernelCalls();
  const calls = load.kind === 'loaded' ? load.calls : null;
  const tables = readDescriptorTables(proc, pid, calls);
  const nothing = whyNothingIsOpen(subject.value, tables.main);
  if (nothing !== null) return nothing;
  // A leader that has exited has no namespace to show; the thread that stands for it has.
  const netns = subject.value.identity.netns ?? readNetns(proc, folderOf(pid, tables.main));
  const isForeignToUs = netns !== null && netns !== readNetns(proc, 'self');
  const noCallsBecause = load.kind === 'loaded' ? null : load.because;
  return { kind: 'observable', subject: subject.value, tables, netns, isForeignToUs, calls, noCallsBecause };
}
