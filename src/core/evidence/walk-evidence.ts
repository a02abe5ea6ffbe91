import { deathOf } from '../classify/death.ts';
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
    remedy,
    tookMs: null,
    descriptors: null,
    sockets: null,
    deaths: new Map(),
    endedAt: null,
  };
}

/** What the rows of a walk say of the dead. Ages are set to its end, at which the wall clock said `endedAt`. */
export function toWalkEvidence(
  rows: readonly WalkRow[],
  { tookMs, endedAt }: { readonly tookMs: number; readonly endedAt: number | null },
): WalkEvidence {
  const last = rows.reduce((latest, { walkedAtMs }) => Math.max(latest, walkedAtMs), 0);
  const deaths = new Map<Inode, Death>();
  let sockets = 0;
  for (const { socket, inode, walkedAtMs } of rows) {
    if (socket === null) continue;
    sockets++;
    const death = deathOf(socket);
    if (death !== null) deaths.set(inode, older(death, last - walkedAtMs));
  }
  return { ...noWalk('read', ''), because: null, tookMs, descriptors: rows.length, sockets, deaths, endedAt };
}

function older(death: Death, byMs: number): Death {
  const { atLeastMs, atMostMs } = death;
  return {
    ...death,
    atLeastMs: atLeastMs === null ? null : atLeastMs + byMs,
    atMostMs: atMostMs === null ? null : atMostMs + byMs,
  };
}
