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
  /** Of the part of the path that the made-up part is in, as it is in a name. */
  readonly length: number;
  /** Which part of the path that is. */
  readonly depth: number;
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

/** `/tmp/upload-*.part`, also a made-up folder: the last made-up part of the path. */
function toTemplate(group: Growing): Template | null {
  const { where, descriptors } = group;
  const at = where?.lastIndexOf('*') ?? -1;
  if (where === null || at === -1 || !/^[/@]/.test(where) || descriptors.length < MANY) return null;
  const [start, end] = [where.slice(0, at), where.slice(at + 1)];
  const depth = start.split('/').length - 1;
  return baseName(start).includes('*') ? null : { group, start, end, depth, length: lengthAt(descriptors[0], depth) };
}

function isLike(
  { what, where, tid, leak, descriptors }: Growing,
  { group, start, end, length, depth }: Template,
): boolean {
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
  const own = lengthAt(descriptors[0], depth);
  // A random number in base 36 has a digit more or less.
  return WORD.test(middle) && Math.abs(own - length) <= 1;
}

function lengthAt(descriptor: Descriptor | undefined, depth: number): number {
  const socket = descriptor?.socket ?? null;
  const path = socket?.family === 'unix' ? socket.path : descriptor?.target;
  return withoutRemark(path ?? '').split('/')[depth]?.length ?? 0;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
