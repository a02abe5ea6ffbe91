import type { Deadline } from '../../collect/deadline.ts';
import { readFrozen } from '../../collect/freezer.ts';
import type { ProcessFolder } from '../../collect/process-folder.ts';
import { readThreadWaits } from '../../collect/thread-waits.ts';
import { Deaths } from '../../core/classify/deaths.ts';
import { isOver } from '../../core/classify/orphan.ts';
import { noWalk } from '../../core/classify/walk-evidence.ts';
import type { DeadEvidence, ProbeEvidence, WalkEvidence } from '../../core/model/evidence.ts';
import type { Inode } from '../../core/model/inode.ts';
import type { KernelWalks } from './kernel-walks.ts';
import { NOT_CHOSEN } from './ask-tools.ts';

/** How the dead are looked into. */
export interface DeadDepth {
  readonly certainAfterMs: number;
  /** null where the walk is not wanted. */
  readonly walks: KernelWalks | null;
  /** Whether the threads are asked what they are at: only after a second look, which a certain leak needs. */
  readonly asksThreads: boolean;
  /** How long that may take. */
  readonly deadline: Deadline;
  /** The walk that listed the descriptors; null where they were listed otherwise. */
  readonly listing: WalkEvidence | null;
}

/** Inodes of the connections that are over, as far as they could be asked. */
export function deadIn({ looks }: ProbeEvidence): Inode[] {
  const dead: Inode[] = [];
  looks.forEach(({ first, second }, inode) => {
    const probe = second ?? first;
    if (probe !== null && isOver(probe)) dead.push(inode);
  });
  return dead;
}

/** What is not dead needs no walk. */
export function nothingDead({ certainAfterMs, walks }: Pick<DeadDepth, 'certainAfterMs' | 'walks'>): DeadEvidence {
  const walk = walks === null ? noWalk('skipped', NOT_CHOSEN.because) : noWalk('skipped', 'nothing is dead');
  return { certainAfterMs, walk, threads: null, heldUpBecause: null };
}

/** Asks the kernel when the dead died, and what the threads of the process are at. */
export async function readDead(process: ProcessFolder, probes: ProbeEvidence, depth: DeadDepth): Promise<DeadEvidence> {
  const { certainAfterMs, walks, asksThreads, deadline, listing } = depth;
  if (deadIn(probes).length === 0) {
    const nothing = nothingDead(depth);
    return listing === null || walks === null ? nothing : { ...nothing, walk: listing };
  }
  const walk = walks === null ? noWalk('skipped', NOT_CHOSEN.because) : (listing ?? (await walks.over(process)));
  return {
    certainAfterMs,
    walk,
    threads: asksThreads ? readThreadWaits(process, deadline) : null,
    heldUpBecause: asksThreads ? readFrozen(process) : null,
  };
}

/** The longest of them must be waited for so long to have been dead for `certainAfterMs`; 0 where none is too young. */
export function missingMs(dead: DeadEvidence, probes: ProbeEvidence): number {
  const deaths = new Deaths(dead, probes);
  let longest = 0;
  deadIn(probes).forEach((inode) => {
    const looks = probes.looks.get(inode);
    if (looks !== undefined)
      longest = Math.max(longest, dead.certainAfterMs - (deaths.atLeastMs(looks, deaths.of(inode)) ?? 0));
  });
  return longest;
}
