import type { Descriptor } from '../model/descriptor.ts';
import type { Change, Diff, DiffSide } from '../model/diff.ts';
import type { Inspection } from '../model/inspection.ts';
import { describePlace } from '../place/describe.ts';
import { portsAcrossProcesses } from '../place/ports.ts';
import { groupBy } from '../group-by.ts';

/** What of an inspection a comparison needs. */
export type Comparable = Pick<Inspection, 'bootId' | 'process' | 'takenAt' | 'descriptors'>;

/**
 * Compares two inspections. Descriptors of the same process are matched by the object they refer to (inode, kind, target),
 * those of another by kind, normalised target and verdict. Never by number: numbers are reused at once.
 */
export function compareInspections(before: Comparable, after: Comparable): Diff {
  const by = isSameProcess(before, after) ? 'object' : 'likeness';
  const matched = by === 'object' ? matchObjects(before, after) : matchLikeness(before, after);
  const changed = by === 'object' ? matched.pairs.filter(isChanged) : [];
  return {
    schema: 'fdleak.diff/1',
    before: toSide(before),
    after: toSide(after),
    by,
    added: matched.added,
    removed: matched.removed,
    changed,
    stayed: matched.pairs.length - changed.length,
  };
}

/** By boot and start time: a pid alone is given to others. */
function isSameProcess(a: Comparable, b: Comparable): boolean {
  return (
    a.bootId !== null &&
    a.bootId === b.bootId &&
    a.process.pid === b.process.pid &&
    a.process.startTicks === b.process.startTicks
  );
}

interface Matched {
  readonly pairs: readonly Change[];
  readonly added: readonly Descriptor[];
  readonly removed: readonly Descriptor[];
}

function matchObjects(before: Comparable, after: Comparable): Matched {
  return match(before.descriptors, after.descriptors, [
    ({ kind, inode, target, tid }) => `${tid ?? ''} ${kind} ${inode} ${target}`,
    ({ kind, inode, target, tid }) => `${tid ?? ''} ${kind} ${inode} ${target}`,
  ]);
}

function matchLikeness(before: Comparable, after: Comparable): Matched {
  const [portsBefore, portsAfter] = [portsAcrossProcesses(before.descriptors), portsAcrossProcesses(after.descriptors)];
  return match(before.descriptors, after.descriptors, [
    (one) => `${one.kind} ${one.verdict.is} ${describePlace(one, portsBefore)}`,
    (one) => `${one.kind} ${one.verdict.is} ${describePlace(one, portsAfter)}`,
  ]);
}

type KeyOf = (descriptor: Descriptor) => string;

/** Pairs what has the same key. Where several do (eventfds share one inode), those of the same number first. */
function match(
  before: readonly Descriptor[],
  after: readonly Descriptor[],
  [keyBefore, keyAfter]: readonly [KeyOf, KeyOf],
): Matched {
  const waiting = groupBy(before, keyBefore);
  const pairs: Change[] = [];
  const unpaired: { readonly key: string; readonly one: Descriptor }[] = [];
  for (const one of after) {
    const key = keyAfter(one);
    const pool = waiting.get(key) ?? [];
    const at = pool.findIndex(({ fd }) => fd === one.fd);
    const [found] = at === -1 ? [] : pool.splice(at, 1);
    if (found === undefined) unpaired.push({ key, one });
    else pairs.push({ before: found, after: one });
  }
  const added: Descriptor[] = [];
  for (const { key, one } of unpaired) {
    const found = waiting.get(key)?.shift();
    if (found === undefined) added.push(one);
    else pairs.push({ before: found, after: one });
  }
  return { pairs, added, removed: [...waiting.values()].flat().sort((a, b) => a.fd - b.fd) };
}

function isChanged({ before, after }: Change): boolean {
  return before.verdict.is !== after.verdict.is || stateOf(before) !== stateOf(after);
}

function stateOf({ socket }: Descriptor): string | null {
  return socket !== null && 'state' in socket ? socket.state : null;
}

function toSide({ process, takenAt, bootId }: Comparable): DiffSide {
  return { process, takenAt, bootId };
}
