import type { Kind } from '../model/descriptor.ts';
import type { DescriptorObject, PipeEnd } from '../model/object.ts';
import type { OpenDescriptor } from '../model/open-descriptor.ts';
import type { WalkRow } from '../model/walk.ts';
import type { TableRow } from './walked-tables.ts';
import { parseFdLink, TOO_LONG } from '../parse/proc-fd-link.ts';

/** What more than the walk says may be known of a file: its size, and whether it is deleted. */
export type FileFacts = Pick<OpenDescriptor, 'kind' | 'inode' | 'deleted' | 'sizeBytes' | 'object'>;

/** A descriptor that names a path, as the walk saw it. */
export interface WalkedPath {
  readonly fd: number;
  readonly tid: number | null;
  readonly link: string;
  readonly saysDeleted: boolean;
}

const S_IFMT = 0o170000;
const KINDS: Readonly<Record<number, Kind>> = {
  0o010000: 'fifo',
  0o020000: 'character-device',
  0o040000: 'directory',
  0o060000: 'block-device',
  0o100000: 'file',
  0o140000: 'socket',
};

/**
 * A row of the walk as `/proc/<pid>/fd` would show it. `tid` is null for the table of the process. `factsOf` knows more of a file; null
 * where nobody may ask: then its size is unknown.
 */
export function toOpenDescriptor(
  row: WalkRow,
  tid: number | null,
  factsOf: ((path: WalkedPath) => FileFacts) | null,
): OpenDescriptor {
  const { fd, inode } = row;
  // There may be thousands of these: one object, made at once.
  if (row.isSocket)
    return {
      fd,
      tid,
      link: `socket:[${inode}]`,
      kind: 'socket',
      inode,
      deleted: false,
      sizeBytes: null,
      object: null,
    };
  const link = row.link ?? TOO_LONG;
  const said = parseFdLink(link);
  if (said.kind !== 'path')
    return {
      fd,
      tid,
      link,
      kind: said.kind,
      inode: said.inode,
      deleted: false,
      sizeBytes: null,
      object: toPipe(row),
    };
  const { saysDeleted } = said;
  const facts = factsOf?.({ fd, tid, link, saysDeleted }) ?? null;
  if (facts !== null) return { fd, tid, link, ...facts };
  const kind = KINDS[row.mode & S_IFMT] ?? 'other';
  // One that never had a name is called by its number.
  const deleted = saysDeleted && row.links === 0 && !link.endsWith(`/#${inode} (deleted)`);
  return { fd, tid, link, kind, inode, deleted, sizeBytes: null, object: null };
}

const O_ACCMODE = 0o3;
const ENDS: readonly (PipeEnd | undefined)[] = ['read', 'write', 'both'];

/** A pipe with how many open files of the other end there are, of all processes; null for anything else. */
function toPipe({ pipe, flags }: WalkRow): DescriptorObject | null {
  const end = ENDS[flags & O_ACCMODE];
  if (pipe === null || end === undefined) return null;
  const otherEnds = end === 'read' ? pipe.writers : end === 'write' ? pipe.readers : pipe.readers - 1;
  return { kind: 'pipe', end, otherEnds };
}

/** The descriptors of one table that are duplicates of each other, by the open file behind them: that of `rows[n]` is `open[n]`. */
export function toSharedFiles(
  rows: readonly TableRow[],
  open: readonly OpenDescriptor[],
): readonly (readonly OpenDescriptor[])[] {
  const firsts = new Map<number, OpenDescriptor>();
  const groups = new Map<number, OpenDescriptor[]>();
  open.forEach((one, at) => {
    const file = rows[at]?.row.file ?? 0;
    const first = firsts.get(file);
    if (first === undefined) firsts.set(file, one);
    else if (groups.has(file)) groups.get(file)?.push(one);
    else groups.set(file, [first, one]);
  });
  return [...groups.values()].flatMap(byTable);
}

/** What another thread's table also holds is not a duplicate in this one. */
function byTable(group: readonly OpenDescriptor[]): OpenDescriptor[][] {
  const tables = new Map<number | null, OpenDescriptor[]>();
  for (const one of group) {
    const known = tables.get(one.tid);
    if (known === undefined) tables.set(one.tid, [one]);
    else known.push(one);
  }
  return [...tables.values()].filter(({ length }) => length > 1);
}
