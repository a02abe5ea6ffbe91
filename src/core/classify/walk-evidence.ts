import { deathOf } from './death.ts';
import type { Death } from '../model/death.ts';
import type { WalkEvidence } from '../model/evidence.ts';
import type { Inode } from '../model/inode.ts';
import type { SourceStatus } from '../model/source.ts';
import type { WalkRow } from '../model/walk.ts';

/** No walk, and why; `remedy` says what would give one. */
export function noWalk(status: SourceStatus, because: string, remedy: string | null = null): WalkEvidence {
  return {
    status,
    because,
    lists: null,
    remedy,
    tookMs: null,
    descriptors: null,
    sockets: null,
    deaths: new Map(),
    endedAt: null,
  };
}

/** Two clocks read at one moment, soon after a walk. */
export interface WalkClocks {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** Later than this after a walk, nobody reads the clocks: in a time namespace they show another time than the kernel's. */
const MOST_LATER_MS = 60_000;

/** What the rows of a walk say of the dead. Ages are set to its end. `clocks` is null where the wall clock cannot be told from ages. */
export function toWalkEvidence(
  rows: readonly WalkRow[],
  { tookMs, clocks }: { readonly tookMs: number; readonly clocks: WalkClocks | null },
): WalkEvidence {
  let last = 0;
  rows.forEach(({ walkedAtMs }) => {
    if (walkedAtMs > last) last = walkedAtMs;
  });
  const deaths = new Map<Inode, Death>();
  let sockets = 0;
  rows.forEach((row) => {
    if (row.isSocket) sockets++;
    const socket = row.isClosedTcp ? row.socket : null;
    const death = socket === null ? null : deathOf(socket);
    if (death !== null) deaths.set(row.inode, older(death, last - row.walkedAtMs));
  });
  const endedAt = clocks === null ? null : clocks.wallMs - laterBy(clocks.monotonicMs - last);
  return { ...noWalk('read', ''), because: null, tookMs, descriptors: rows.length, sockets, deaths, endedAt };
}

function laterBy(ms: number): number {
  return ms >= 0 && ms <= MOST_LATER_MS ? ms : 0;
}

function older(death: Death, byMs: number): Death {
  const { atLeastMs, atMostMs } = death;
  return {
    ...death,
    atLeastMs: atLeastMs === null ? null : atLeastMs + byMs,
    atMostMs: atMostMs === null ? null : atMostMs + byMs,
  };
}
