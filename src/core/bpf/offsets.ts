import type { Btf, BtfLookup } from '../parse/btf.ts';
import { ALL_FIELDS, type Field, type Root, WIDE } from './layout.ts';

/** Pointers to follow, each by the offset that it is loaded from, and the offset of the value behind the last. */
export interface Way {
  readonly hops: readonly number[];
  readonly offset: number;
}

/** Where this kernel keeps what the program reads. Plain data, to be kept under the kernel's build id. */
export interface Offsets {
  /** BTF's number of the function that the program attaches to. */
  readonly iteratorId: number;
  readonly context: { readonly seq: number; readonly task: number; readonly fd: number; readonly file: number };
  /** From the open file to the path that its name is printed from. */
  readonly pathOf: number;
  readonly socketToSock: number;
  /** In the order of `ALL_FIELDS`. */
  readonly ways: readonly Way[];
}

const STRUCT_OF: Readonly<Record<Root, string>> = {
  task: 'task_struct',
  file: 'file',
  sock: 'sock',
  tcp: 'tcp_sock',
  unix: 'unix_sock',
};

/** Finds every member that the program reads. `missing` names the first one that this kernel does not have, or not as expected. */
export function findOffsets(btf: Btf): BtfLookup<Offsets> {
  try {
    return { kind: 'found', value: collectOffsets(btf) };
  } catch (error) {
    if (error instanceof MissingMember) return { kind: 'missing', because: error.message };
    throw error;
  }
}

/** Ends a search from any depth. */
class MissingMember extends Error {}

function collectOffsets(btf: Btf): Offsets {
  const roots = new Map<string, number>();
  const idOf = (struct: string): number => {
    const known = roots.get(struct) ?? need(btf.findType('struct', struct));
    roots.set(struct, known);
    return known;
  };
  const within = (struct: string, path: string, width: number): Way => findWay(btf, idOf(struct), { path, width });
  return {
    iteratorId: need(btf.findType('func', 'bpf_iter_task_file')),
    context: {
      seq: within('bpf_iter_meta', 'seq', 8).offset,
      task: within('bpf_iter__task_file', 'task', 8).offset,
      fd: within('bpf_iter__task_file', 'fd', 4).offset,
      file: within('bpf_iter__task_file', 'file', 8).offset,
    },
    pathOf: need(btf.findMember(idOf('file'), 'f_path')).offsetBytes,
    socketToSock: within('socket', 'sk', 8).offset,
    ways: ALL_FIELDS.map((field) => within(STRUCT_OF[field.root], field.path, widthOf(field))),
  };
}

function widthOf(field: Field): number {
  return WIDE.has(field) ? field.width * 2 : field.width;
}

function findWay(btf: Btf, from: number, { path, width }: { path: string; width: number }): Way {
  const steps = path.split('->');
  const last = steps.pop() ?? '';
  const hops: number[] = [];
  let typeId = from;
  for (const step of steps) {
    const member = need(btf.findMember(typeId, step));
    if (!member.isPointer) throw new MissingMember(`${path}: ${step} is not a pointer`);
    hops.push(member.offsetBytes);
    ({ typeId } = member);
  }
  const member = need(btf.findMember(typeId, last));
  if (member.sizeBytes !== width)
    throw new MissingMember(`${path}: ${last} has ${member.sizeBytes} bytes, not ${width}`);
  return { hops, offset: member.offsetBytes };
}

function need<T>(lookup: BtfLookup<T>): T {
  if (lookup.kind === 'missing') throw new MissingMember(lookup.because);
  return lookup.value;
}
