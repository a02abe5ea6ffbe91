import type { Descriptor } from '../model/descriptor.ts';
import { formatFdNumbers } from '../words/fds.ts';
import type { Case, Found, Rule } from './case.ts';
import { MANY, sendingIn } from './living.ts';
import { toNote, toStatement } from './statement.ts';
import { sortOut } from './sorted-out.ts';

/** Pools open one file 100 times; nothing healthy that was tried opens one object so often that it fills half of the table. */
const MANY_OPENS = 100;
const VERY_MANY_OPENS = 500;
const SHOWN = 3;

interface Opened {
  readonly descriptors: readonly Descriptor[];
  /** Open files: those that dup(2) made count once. */
  readonly opens: number;
}

/** One object, a file, a folder or a bpf map, opened again and again and never closed. */
export const OPENED_MANY_TIMES = { id: 'opened-many-times', about: 'leak', find } as const satisfies Rule;

function find({ inspection }: Case): Found | null {
  const { soft, open } = inspection.limits;
  const half = typeof soft === 'number' ? soft / 2 : Infinity;
  const known = findRepeated(inspection.descriptors);
  // A server opens a file for each client that downloads it: those have data to send.
  const sending = known.length === 0 ? 0 : sendingIn(inspection.descriptors).length;
  const repeated = known.filter(({ opens, descriptors: [first] }) =>
    first?.kind === 'bpf'
      ? opens >= MANY
      : opens - sending >= MANY_OPENS && (opens - sending >= half || opens - sending >= VERY_MANY_OPENS),
  );
  const [most] = repeated;
  if (most === undefined) return null;
  const count = repeated.reduce((sum, { descriptors }) => sum + descriptors.length, 0);
  const noun = nounOf(most);
  return {
    severity: 'warning',
    count,
    title:
      repeated.length === 1
        ? `${count} of ${open ?? inspection.descriptors.length} descriptors are one ${noun}, opened ${most.opens} times: ${nameOf(most)}`
        : `${count} of ${open ?? inspection.descriptors.length} descriptors are ${repeated.length} objects, opened again and again: ${nameOf(most)} ${most.opens} times`,
    evidence: [
      ...repeated
        .slice(0, SHOWN)
        .map((one) => opened({ name: nameOf(one), opens: one.opens, fds: one.descriptors.map(({ fd }) => fd) })),
      ...(isKnownApart(most) ? [OWN_OFFSETS] : []),
    ],
    checked: [],
    advice: `Close it on every path once it was read: in C, an early return; in a garbage-collected language, with, try-with-resources or defer. See whether it grows: fdleak watch ${inspection.process.pid}.`,
  };
}

function findRepeated(descriptors: readonly Descriptor[]): Opened[] {
  const byName = new Map<string, Descriptor[]>();
  for (const descriptor of sortOut(descriptors).others) {
    const name = sharedName(descriptor);
    if (name === null) continue;
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [descriptor]);
    else known.push(descriptor);
  }
  return [...byName.values()]
    .filter(({ length }) => length >= MANY)
    .flatMap(splitByObject)
    .filter(({ length }) => length >= MANY)
    .map((members) => ({ descriptors: members, opens: countOpens(members) }))
    .toSorted((a, b) => b.opens - a.opens);
}

/** Of files the device is not known: the path tells apart what the inode alone does not. */
function sharedName({ kind, inode, target }: Descriptor): string | null {
  return kind === 'bpf' || ((kind === 'file' || kind === 'directory') && inode !== null) ? target : null;
}

function splitByObject(members: readonly Descriptor[]): Descriptor[][] {
  const objects = new Map<string, Descriptor[]>();
  for (const descriptor of members) {
    const { object, inode, tid } = descriptor;
    const key = `${tid ?? ''} ${object?.kind === 'bpf' ? `${object.type} ${object.id}` : (inode ?? '')}`;
    const known = objects.get(key);
    if (known === undefined) objects.set(key, [descriptor]);
    else known.push(descriptor);
  }
  return [...objects.values()];
}

function countOpens(members: readonly Descriptor[]): number {
  const copies = members.filter(({ fd, sharedWith }) => sharedWith !== null && sharedWith.some((other) => other < fd));
  return members.length - copies.length;
}

function isKnownApart({ descriptors }: Opened): boolean {
  return descriptors.every(({ kind, sharedWith }) => kind !== 'bpf' && sharedWith !== null && sharedWith.length === 0);
}

function nameOf({ descriptors: [first] }: Opened): string {
  if (first === undefined) return '?';
  return first.object?.kind === 'bpf' ? `bpf ${first.object.type} ${first.object.id}` : first.target;
}

function nounOf({ descriptors: [first] }: Opened): string {
  if (first?.object?.kind === 'bpf') return `bpf ${first.object.type}`;
  return first?.kind === 'directory' ? 'directory' : 'file';
}

const opened = toStatement(
  'opened',
  ({ name, opens, fds }: { name: string; opens: number; fds: readonly number[] }) =>
    `${name}: opened ${opens} times, ${formatFdNumbers(fds)}`,
);

const OWN_OFFSETS = toNote(
  'own-offsets',
  'each has an offset of its own: they are separate opens, no copies by dup(2)',
);
