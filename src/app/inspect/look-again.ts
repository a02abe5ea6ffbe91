import type { ProcessFolder } from '../../collect/process-folder.ts';
import type { DeadEvidence, Evidence, WalkEvidence } from '../../core/model/evidence.ts';
import type { World } from '../world.ts';
import type { Depth } from './look.ts';
import { deadIn, missingMs, nothingDead, readDead } from './read-dead.ts';
import type { SocketLook } from './socket-sight.ts';
import type { WalkedProcess } from './walked-process.ts';

/** What a first look saw, and where the next one looks. */
export interface Seen {
  readonly process: ProcessFolder;
  readonly first: SocketLook;
  /** Where the kernel's own walk listed the descriptors, it is walked again. */
  readonly walked: WalkedProcess | null;
  /** What became of a walk that was to list them; null where none was. */
  readonly walk: WalkEvidence | null;
}

/** A pause for certainty is worth it where it is short: a longer one is asked for, by --settle. */
const MOST_PATIENCE_MS = 10_000;

interface Later {
  /** ISO time; null when there was no second look. */
  readonly secondLookAt: string | null;
  readonly secondLook: Evidence['secondLook'];
  readonly dead: DeadEvidence;
}

/** Pauses and looks again, where there is something to look at; once more, where that soon makes the dead certain leaks. */
export async function lookAgain(world: World, { process, first, walked, walk }: Seen, depth: Depth): Promise<Later> {
  const { settleMs, onProgress, deadline, dead: about } = depth;
  const { doubtful } = first;
  const readDeadOf = async (look: SocketLook, asksThreads: boolean): Promise<DeadEvidence> => {
    const listing = walked?.evidence ?? walk;
    return await readDead(process, look.sight.probes, { ...about, asksThreads, deadline, listing });
  };
  const lookOnce = async (look: SocketLook, waitMs: number): Promise<SocketLook> => {
    await deadline.pause(world.clock.sleep(waitMs));
    await walked?.again();
    return await look.again();
  };
  const secondLook = settleMs === 0 ? 'off' : 'not-needed';
  if (doubtful === 0) {
    const dead = nothingDead(about);
    return { secondLookAt: null, secondLook, dead: walk === null ? dead : { ...dead, walk } };
  }
  if (settleMs === 0) {
    const look = await first.againAtOnce();
    return { secondLookAt: null, secondLook, dead: await readDeadOf(look, false) };
  }
  onProgress(`${doubtful} doubtful sockets: checking again after ${settleMs} ms`);
  if (walked === null && deadIn(first.sight.probes).length > 0) about.walks?.prepare();
  let look = await lookOnce(first, settleMs);
  let dead = await readDeadOf(look, true);
  const waitMs = missingMs(dead, look.sight.probes);
  if (waitMs > 0 && about.certainAfterMs <= MOST_PATIENCE_MS) {
    onProgress(`connections that are over: a last look ${Math.ceil(about.certainAfterMs / 1000)} s after the first`);
    look = await lookOnce(look, waitMs);
    dead = await readDeadOf(look, true);
  }
  return { secondLookAt: new Date(world.clock.nowMs()).toISOString(), secondLook: 'taken', dead };
}
