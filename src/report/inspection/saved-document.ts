import type { Descriptor } from '../../core/model/descriptor.ts';
import type { Inspection } from '../../core/model/inspection.ts';

/** Inodes that no listing named stand as `?1` inside. */
const UNNAMED = '?';

/**
 * An inspection of saved text as a document: what the text does not tell is null. Inside, an unknown pid is 0, an unknown number
 * of a descriptor negative, and an unknown host, moment or name empty or `?`.
 */
export function toSavedDocument(inspection: Inspection): Readonly<Record<string, unknown>> {
  const { host, takenAt, process, descriptors } = inspection;
  return {
    ...inspection,
    host: orNull(host),
    takenAt: orNull(takenAt),
    tookMs: null,
    process: {
      ...process,
      pid: process.pid === 0 ? null : process.pid,
      startTicks: process.startTicks === 0 ? null : process.startTicks,
      comm: orNull(process.comm),
    },
    descriptors: descriptors.map(toDocument),
  };
}

function toDocument(descriptor: Descriptor): object {
  const { fd, inode } = descriptor;
  const isUnnamed = inode?.startsWith(UNNAMED) === true;
  return fd >= 0 && !isUnnamed
    ? descriptor
    : { ...descriptor, fd: fd < 0 ? null : fd, inode: isUnnamed ? null : inode };
}

function orNull(text: string): string | null {
  return text === '' || text === '?' ? null : text;
}
