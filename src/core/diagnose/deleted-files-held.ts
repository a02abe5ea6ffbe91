import type { Descriptor } from '../model/descriptor.ts';
import type { Finding } from '../model/finding.ts';
import type { Case } from './case.ts';
import { formatBytes, formatCount, formatFds } from '../words/format.ts';

const GIB = 1024 ** 3;
const SHOWN = 5;

interface HeldFile {
  readonly fds: number[];
  readonly first: Descriptor;
}

/** Files that were deleted and are still open: their space is freed when the last descriptor closes. A warning from 1 GiB on. */
export function findDeletedFilesHeld({ inspection }: Case): Finding | null {
  const descriptors = inspection.descriptors.filter(({ deleted }) => deleted);
  if (descriptors.length === 0) return null;
  const files = groupByFile(descriptors);
  const sized = files.filter(({ first }) => first.sizeBytes !== null);
  const bytes = sized.reduce((sum, { first }) => sum + (first.sizeBytes ?? 0), 0);
  const unproven = files.filter(({ first }) => first.inode === null).length;
  return {
    id: 'deleted-files-held',
    severity: bytes >= GIB ? 'warning' : 'info',
    count: descriptors.length,
    title: titleOf(files.length, sized.length, bytes),
    evidence: [
      ...files.slice(0, SHOWN).map(({ first, fds }) => `${formatFds(fds)}: ${first.target}${formatSize(first)}`),
      ...(files.length > SHOWN ? [`${files.length - SHOWN} more, the largest are shown`] : []),
      ...(unproven > 0
        ? [
            `${unproven} of ${files.length} only say so by name (a network or FUSE mount is not asked): the name may be the real one`,
          ]
        : []),
      ...(sized.length > 0 ? ['sizes are those of the files; a sparse file holds less on disk'] : []),
    ],
    checked: [],
    advice:
      'If they are logs: have the program open its log again after rotation (a signal, or copytruncate). Else close them where they are done with. The space comes back when the descriptor closes, or at a restart.',
  };
}

function titleOf(files: number, sized: number, bytes: number): string {
  const held = `${formatCount(files, 'deleted file')} still open`;
  if (sized === 0) return `${held}, of unknown size`;
  return sized === files
    ? `${held}, ${formatBytes(bytes)} in all`
    : `${held}, ${formatBytes(bytes)} in the ${sized} whose size is known`;
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

function formatSize({ sizeBytes }: Descriptor): string {
  return sizeBytes === null ? ', size not known' : `, ${formatBytes(sizeBytes)}`;
}
