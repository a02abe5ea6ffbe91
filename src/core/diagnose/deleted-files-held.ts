import type { Descriptor } from '../model/descriptor.ts';
import type { Case, Found, Rule } from './case.ts';
import { type PartOfTotal, toNote, toStatement } from './statement.ts';
import { formatFdNumbers } from '../words/fds.ts';
import { formatCount } from '../words/numbers.ts';
import { formatBytes } from '../words/bytes.ts';
import { sortOut } from './sorted-out.ts';

const GIB = 1024 ** 3;
const SHOWN = 5;

interface HeldFile {
  readonly fds: number[];
  readonly first: Descriptor;
}

/** Files that were deleted and are still open: their space is freed when the last descriptor closes. A warning from 1 GiB. */
export const DELETED_FILES_HELD = { id: 'deleted-files-held', about: 'space', find } as const satisfies Rule;

function find({ inspection }: Case): Found | null {
  const descriptors = sortOut(inspection.descriptors).others.filter(({ deleted }) => deleted);
  if (descriptors.length === 0) return null;
  const files = groupByFile(descriptors);
  const sized = files.filter(({ first }) => first.sizeBytes !== null);
  const bytes = sized.reduce((sum, { first }) => sum + (first.sizeBytes ?? 0), 0);
  const unproven = files.filter(({ first }) => first.inode === null).length;
  return {
    severity: bytes >= GIB ? 'warning' : 'info',
    count: descriptors.length,
    title: titleOf(files, sized.length, bytes),
    evidence: [
      ...files.slice(0, SHOWN).map(({ first: { target, sizeBytes }, fds }) => deletedFile({ fds, target, sizeBytes })),
      ...(files.length > SHOWN ? [moreFiles({ count: files.length - SHOWN })] : []),
      ...(unproven > 0 ? [byNameOnly({ count: unproven, total: files.length })] : []),
      ...(sized.length > 0 ? [APPARENT_SIZES] : []),
    ],
    checked: [],
    advice:
      'If they are logs: have the program open its log again after rotation (a signal, or copytruncate). Otherwise close each file when the program is done with it. The space is freed when the descriptor closes, or by a restart.',
  };
}

function titleOf(files: readonly HeldFile[], sized: number, bytes: number): string {
  const folders = files.filter(({ first }) => first.kind === 'directory').length;
  const fifos = files.filter(({ first }) => first.kind === 'fifo').length;
  const others = files.length - folders - fifos;
  const held = [
    ...(others > 0 ? [formatCount(others, 'deleted file')] : []),
    ...(fifos > 0 ? [formatCount(fifos, 'deleted fifo')] : []),
    ...(folders > 0 ? [formatCount(folders, 'deleted directory', 'deleted directories')] : []),
  ].join(' and ');
  // Only files take space.
  if (others === 0) return `${held} still open`;
  return `${held} still open, ${sayBytes(others, sized, bytes)}`;
}

function sayBytes(files: number, sized: number, bytes: number): string {
  if (sized === 0) return 'of unknown size';
  return sized === files ? `${formatBytes(bytes)} in all` : `${formatBytes(bytes)} in the ${sized} whose size is known`;
}

/** Largest first; descriptors of one file together. */
function groupByFile(descriptors: readonly Descriptor[]): HeldFile[] {
  const files = new Map<string, HeldFile>();
  for (const descriptor of descriptors) {
    const key = `${descriptor.inode ?? ''} ${descriptor.target}`;
    const known = files.get(key);
    if (known === undefined) files.set(key, { fds: [descriptor.fd], first: descriptor });
    else known.fds.push(descriptor.fd);
  }
  return [...files.values()].sort((a, b) => (b.first.sizeBytes ?? 0) - (a.first.sizeBytes ?? 0));
}

const deletedFile = toStatement(
  'deleted-file',
  ({ fds, target, sizeBytes }: { fds: readonly number[]; target: string; sizeBytes: number | null }) =>
    `${formatFdNumbers(fds)}: ${target}, ${sizeBytes === null ? 'size unknown' : formatBytes(sizeBytes)}`,
);

const moreFiles = toStatement(
  'more-files',
  ({ count }: { count: number }) => `${count} more; only the largest are shown`,
);

const byNameOnly = toStatement(
  'by-name-only',
  ({ count, total }: PartOfTotal) =>
    `${count} of ${total} only look deleted by name (files on network and FUSE mounts are not checked): it may be the real name`,
);

const APPARENT_SIZES = toNote('apparent-sizes', 'sizes are file sizes; a sparse file uses less on disk');
