import type { Descriptor } from '../model/descriptor.ts';
import type { Leak } from '../model/verdict.ts';
import { FILES, mergeWider } from './merge-wider.ts';
import type { PlaceGroup } from './place-group.ts';

/** More than so many of one name are told by it. */
const FEW = 2;
/** One file opened so often is told as such only from 8 on. */
const FEW_FILES = 7;

interface Growing extends PlaceGroup {
  readonly descriptors: Descriptor[];
  leak: Leak;
}

/** Puts together small places of descriptors that have a wider one in common. */
export function mergeScattered(groups: readonly Growing[]): readonly Growing[] {
  return mergeWider(groups, {
    fewOf: ({ what }) => (FILES.has(what) ? FEW_FILES : FEW),
    countOf: ({ descriptors }) => descriptors.length,
    partOf: ({ what, tid, leak }) => `${what}\n${tid ?? ''}\n${leak}`,
    sayPorts: (least, most) => `ports ${least} to ${most}`,
    join: toOne,
  });
}

function toOne(where: string, members: readonly Growing[]): Growing {
  const { what, tid, leak } = members[0] ?? NOTHING;
  const descriptors = members.flatMap((member) => member.descriptors).toSorted((a, b) => a.fd - b.fd);
  return { what, where, tid, leak, descriptors };
}

const NOTHING = { what: '', tid: null, leak: 'no' } as const;
