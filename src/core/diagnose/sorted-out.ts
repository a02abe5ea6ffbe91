import type { Descriptor } from '../model/descriptor.ts';
import type { VerdictName } from '../model/verdict.ts';
import { isInet } from '../place/ports.ts';

/** The descriptors of a process as the rules ask for them. */
export interface SortedOut {
  readonly byVerdict: ReadonlyMap<VerdictName, readonly Descriptor[]>;
  /** All but IPv4 and IPv6 sockets, of which there may be thousands. */
  readonly others: readonly Descriptor[];
  /** Those that other processes hold as well. */
  readonly shared: readonly Descriptor[];
  /** Those of an open file that others of this process share. */
  readonly copied: readonly Descriptor[];
  /** Those in a thread's own table. */
  readonly ofThreads: readonly Descriptor[];
}

const sorted = new WeakMap<readonly Descriptor[], SortedOut>();

/** Thousands of descriptors are gone through once for all rules. */
export function sortOut(descriptors: readonly Descriptor[]): SortedOut {
  const known = sorted.get(descriptors);
  if (known !== undefined) return known;
  const byVerdict = new Map<VerdictName, Descriptor[]>();
  const others: Descriptor[] = [];
  const shared: Descriptor[] = [];
  const copied: Descriptor[] = [];
  const ofThreads: Descriptor[] = [];
  descriptors.forEach((descriptor) => {
    const { verdict, socket, alsoHeldBy, sharedWith, tid } = descriptor;
    const alike = byVerdict.get(verdict.is);
    if (alike === undefined) byVerdict.set(verdict.is, [descriptor]);
    else alike.push(descriptor);
    if (!isInet(socket)) others.push(descriptor);
    if (alsoHeldBy !== null && alsoHeldBy.length > 0) shared.push(descriptor);
    if (sharedWith !== null && sharedWith.length > 0) copied.push(descriptor);
    if (tid !== null) ofThreads.push(descriptor);
  });
  const found = { byVerdict, others, shared, copied, ofThreads };
  sorted.set(descriptors, found);
  return found;
}

export function withVerdict(descriptors: readonly Descriptor[], is: VerdictName): readonly Descriptor[] {
  return sortOut(descriptors).byVerdict.get(is) ?? NONE;
}

const NONE: readonly Descriptor[] = [];
