import type { Inode } from '../model/inode.ts';
import type { SavedFile } from './file.ts';
import type { Part } from './part.ts';

/** Which process saved text speaks of. */
export type Chosen =
  | { readonly kind: 'chosen'; readonly pid: number | null }
  | { readonly kind: 'several'; readonly pids: readonly number[] }
  | { readonly kind: 'absent'; readonly pids: readonly number[] };

/**
 * Finds the process: the one that was asked for, else the only one that listings of descriptors name. Where none does, that
 * of limits, counts and reports; then the one that holds most sockets, as the others hold the other ends: most of those that are
 * listed, where a listing names no process.
 */
export function chooseProcess(files: readonly SavedFile[], wanted: number | null): Chosen {
  const parts = files.flatMap(({ saved }) => saved.parts);
  const listed = distinct(parts.filter(isListing).flatMap(pidsMeant));
  const named = listed.length > 0 ? listed : distinct(parts.filter(isOfProcess).flatMap(({ pids }) => pids));
  if (wanted !== null) {
    const anywhere = distinct(parts.flatMap(({ pids }) => pids));
    return anywhere.length > 0 && !anywhere.includes(wanted)
      ? { kind: 'absent', pids: anywhere }
      : { kind: 'chosen', pid: wanted };
  }
  if (named.length > 1) return { kind: 'several', pids: named };
  return { kind: 'chosen', pid: named[0] ?? mostHolding(parts, inodesOf(parts)) };
}

/** Whether a part may be about a process: one that names pids, but not this, is not. */
export function speaksOf(part: Part, pid: number | null): boolean {
  return pid === null || part.pids.length === 0 || part.pids.includes(pid);
}

function isListing({ content }: Part): boolean {
  return content.kind === 'descriptors' && content.rows.some(({ isDescriptor }) => isDescriptor);
}

function isOfProcess({ content }: Part): boolean {
  return ['descriptors', 'limits', 'count', 'node-report', 'process', 'stacks'].includes(content.kind);
}

/** busybox lists every process whatever it was asked for: its command says which was meant. */
function pidsMeant({ pids, askedPids }: Part): readonly number[] {
  const meant = askedPids.filter((pid) => pids.includes(pid));
  return meant.length > 0 ? meant : pids;
}

/** The inodes of listed sockets; null where no descriptors are listed. */
function inodesOf(parts: readonly Part[]): ReadonlySet<Inode> | null {
  const listings = parts.flatMap(({ content }) => (content.kind === 'descriptors' ? [content.rows] : []));
  if (listings.length === 0) return null;
  return new Set(listings.flat().flatMap(({ socket }) => socket?.inode ?? []));
}

function mostHolding(parts: readonly Part[], listed: ReadonlySet<Inode> | null): number | null {
  const counts = new Map<number, number>();
  for (const { content } of parts) {
    if (content.kind !== 'sockets') continue;
    for (const { inode, holders } of content.rows) {
      if (listed !== null && (inode === null || !listed.has(inode))) continue;
      for (const { pid } of holders) counts.set(pid, (counts.get(pid) ?? 0) + 1);
    }
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? null;
}

function distinct(pids: readonly number[]): readonly number[] {
  return [...new Set(pids)].sort((a, b) => a - b);
}
