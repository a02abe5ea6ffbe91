import type { Descriptor } from '../model/descriptor.ts';
import { withoutRemark } from './paths.ts';
import type { PlaceGroup } from './place-group.ts';

/** So many names with a made-up part show how the others of their folder are made. */
const MANY = 8;
/** A stranger may open files in a thousand ways, and each place is held against each of these. */
const MOST_TEMPLATES = 100;
/** A made-up part without a digit or a capital looks like a word. */
const WORD = /^[\w*#]+$/;

interface Template {
  readonly group: Growing;
  readonly start: string;
  readonly end: string;
  /** Of the made-up part, as it is in a name. */
  readonly length: number;
}

/** A place that still takes in others. */
interface Growing extends PlaceGroup {
  readonly descriptors: Descriptor[];
}

/**
 * Takes files into the place of their like: of 40 `/tmp/upload-x7_k2ab9.part` a few have no digit in their names and look like places of
 * their own.
 */
export function absorbLike<Group extends Growing>(groups: readonly Group[]): readonly Group[] {
  const templates = groups.flatMap((group) => toTemplate(group) ?? []).slice(0, MOST_TEMPLATES);
  if (templates.length === 0) return groups;
  const heads = new Set<Growing>(templates.map(({ group }) => group));
  const grown = new Set<Growing>();
  const others = groups.filter((group) => {
    // What takes in others is taken in by none.
    const like = heads.has(group) ? undefined : templates.find((template) => isLike(group, template));
    if (like === undefined) return true;
    for (const descriptor of group.descriptors) like.group.descriptors.push(descriptor);
    grown.add(like.group);
    return false;
  });
  for (const { descriptors } of grown) descriptors.sort((a, b) => a.fd - b.fd);
  return others;
}

/** `/tmp/upload-*.part`: one made-up part, in the last part of the path. */
function toTemplate(group: Growing): Template | null {
  const { where, descriptors } = group;
  const at = where?.lastIndexOf('*') ?? -1;
  if (where === null || !/^[/@]/.test(where) || descriptors.length < MANY || at < where.lastIndexOf('/')) return null;
  const [start, end] = [where.slice(0, at), where.slice(at + 1)];
  const length = lengthOf(descriptors[0]) - lengthOfName(`${start}${end}`);
  return baseName(start).includes('*') || length < 1 ? null : { group, start, end, length };
}

function isLike({ what, where, tid, leak, descriptors }: Growing, { group, start, end, length }: Template): boolean {
  if (
    where === null ||
    what !== group.what ||
    tid !== group.tid ||
    leak !== group.leak ||
    !where.startsWith(start) ||
    !where.endsWith(end)
  )
    return false;
  const middle = where.slice(start.length, where.length - end.length);
  // Of numbers in hex most have no letter in them; what looks like a word must be the exception.
  if (middle !== '#' && descriptors.length >= group.descriptors.length) return false;
  const own = lengthOf(descriptors[0]) - lengthOfName(`${start}${end}`);
  // A random number in base 36 has a digit more or less.
  return WORD.test(middle) && Math.abs(own - length) <= 1;
}

function lengthOf(descriptor: Descriptor | undefined): number {
  const socket = descriptor?.socket ?? null;
  const path = socket?.family === 'unix' ? socket.path : descriptor?.target;
  return lengthOfName(withoutRemark(path ?? ''));
}

function lengthOfName(path: string): number {
  return baseName(path).length;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
