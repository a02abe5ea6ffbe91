import type { Descriptor } from '../model/descriptor.ts';
import { formatFdNumbers } from '../words/fds.ts';
import { formatNumber } from '../words/numbers.ts';
import type { Case, Found, Rule } from './case.ts';
import { sortOut } from './sorted-out.ts';
import { toStatement } from './statement.ts';

/** Copies share one offset and one set of flags: more than a few for each thread serve nothing. */
const MANY_COPIES = 100;
/** A thread may have one to read by and one to write by. */
const COPIES_PER_THREAD = 2;
/** Where the threads are not known. */
const VERY_MANY_COPIES = 500;
const SHOWN = 3;

/** One open file, a file, a pipe or a connection, of which dup(2) made copy after copy. */
export const DUPLICATED_MANY_TIMES = { id: 'duplicated-many-times', about: 'leak', find } as const satisfies Rule;

function find({ inspection }: Case): Found | null {
  const { threads } = inspection.process;
  const usual = threads === null ? VERY_MANY_COPIES - 1 : COPIES_PER_THREAD * threads;
  const copied = groupCopies(inspection.descriptors).filter(({ length }) => length >= MANY_COPIES && length > usual);
  const [most] = copied;
  if (most === undefined) return null;
  const count = copied.reduce((sum, { length }) => sum + length, 0);
  const total = formatNumber(inspection.limits.open ?? inspection.descriptors.length);
  const what = copied.length === 1 ? 'one open file' : `${copied.length} open files`;
  return {
    severity: 'warning',
    count,
    title: `${formatNumber(count)} of ${total} descriptors are ${what}, copied by dup(2): ${placeOf(most)}`,
    evidence: copied
      .slice(0, SHOWN)
      .map((one) => copies({ place: placeOf(one), count: one.length, fds: one.map(({ fd }) => fd) })),
    checked: [],
    advice: `Close each copy where its user ends: what dup(2), fcntl(F_DUPFD), File() of a Go connection, socket.dup() of Python or try_clone() of Rust gave. See whether they grow: fdleak watch ${inspection.process.pid}.`,
  };
}

/** Those of one open file, the most copied first. */
function groupCopies(descriptors: readonly Descriptor[]): Descriptor[][] {
  const groups = new Map<string, Descriptor[]>();
  for (const descriptor of sortOut(descriptors).copied) {
    const { fd, tid, sharedWith } = descriptor;
    if (sharedWith === null || sharedWith.length === 0) continue;
    const key = `${tid ?? ''}/${sharedWith.reduce((least, other) => Math.min(least, other), fd)}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [descriptor]);
    else known.push(descriptor);
  }
  return [...groups.values()].toSorted((a, b) => b.length - a.length);
}

function placeOf([first]: readonly Descriptor[]): string {
  if (first === undefined) return '?';
  const { socket, target, place } = first;
  if (socket === null) return target;
  return 'protocol' in socket && socket.protocol !== null ? `${socket.protocol} ${place}` : place;
}

const copies = toStatement(
  'copies',
  ({ place, count, fds }: { place: string; count: number; fds: readonly number[] }) =>
    `${place}: ${formatNumber(count)} descriptors, ${formatFdNumbers(fds)}`,
);
