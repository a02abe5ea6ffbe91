import type { HolderEvidence } from '../holders/match-holders.ts';
import type { OwnedHandle } from '../holders/by-handle.ts';
import type { StackRead } from '../model/holders.ts';
import type { Stacks } from '../model/stacks.ts';
import type { SavedFile } from './file.ts';
import type { Part } from './part.ts';

/** Texts that stacks are looked for in. */
export interface StackTexts {
  readonly files: readonly SavedFile[];
  /** Sources that could not be read, or hold no stacks. */
  readonly unread: readonly StackRead[];
}

export const NO_STACKS: StackTexts = { files: [], unread: [] };

/**
 * Gathers the stacks and Node reports in saved texts, in the order given. Those of another process are left out and said so: `pids` are
 * the numbers that the process goes by; empty where none is known.
 */
export function toStackEvidence(
  { files, unread }: StackTexts,
  pids: readonly number[],
): Pick<HolderEvidence, 'reads' | 'profiles' | 'handles'> {
  const reads: StackRead[] = [...unread];
  const profiles: Stacks[] = [];
  let handles: readonly OwnedHandle[] | null = null;
  for (const { name, saved } of files) {
    for (const part of saved.parts) {
      const read = toRead(name, part, pids);
      if (read === null) continue;
      reads.push(read);
      if (read.because !== null) continue;
      if (part.content.kind === 'stacks') profiles.push(part.content.stacks);
      if (part.content.kind === 'node-report') handles = part.content.handles;
    }
  }
  return { reads, profiles, handles };
}

/** null for a part that has no stacks. */
function toRead(name: string, { content, pids: named }: Part, pids: readonly number[]): StackRead | null {
  if (content.kind !== 'stacks' && content.kind !== 'node-report') return null;
  const isOther = pids.length > 0 && named.length > 0 && !named.some((pid) => pids.includes(pid));
  return {
    name,
    tool: content.kind === 'stacks' ? content.stacks.source : 'node-report',
    total: content.kind === 'stacks' ? content.stacks.total : content.handles.length,
    because: isOther ? `it is of process ${named.slice(0, 3).join(', ')}` : null,
  };
}
