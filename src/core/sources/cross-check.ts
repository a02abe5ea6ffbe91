import type { Evidence } from '../model/evidence.ts';
import type { ParseFault } from '../model/fault.ts';
import type { Capability, Disagreement, Level, Source } from '../model/source.ts';
import type { OwnView } from './own-view.ts';
import { isTool, toAccounts, type ToolReadings } from './registry.ts';

export interface CrossCheck {
  readonly sources: readonly Source[];
  readonly disagreements: readonly Disagreement[];
  readonly capability: Capability;
  readonly faults: readonly ParseFault[];
}

/**
 * Sets what each source counted side by side, gives every difference a reason, descriptor by descriptor, and says of everything that could
 * not be seen why, and what would help. `matched` and `unmatched` mean the same for all: sockets that the tables list, and those in none.
 */
export function crossCheck(view: OwnView, readings: ToolReadings): CrossCheck {
  const accounts = toAccounts(view, readings);
  // What is missing of our own view weighs more than a second opinion.
  const weighed = [
    ...accounts.filter(({ row }) => !isTool(row.name)),
    ...accounts.filter(({ row }) => isTool(row.name)),
  ];
  return {
    sources: accounts.map(({ row }) => row),
    disagreements: accounts.flatMap(({ differences }) => differences),
    capability: {
      leftOut: view.evidence.leftOut,
      level: levelOf(view.evidence),
      missing: weighed.flatMap(({ missing }) => missing),
      walk: hasWalk(view.evidence),
    },
    faults: accounts.flatMap(({ faults }) => faults),
  };
}

/** null where it was not asked for: nothing is dead, or nobody wanted it. */
function hasWalk({ dead: { walk } }: Evidence): boolean | null {
  return walk.status === 'skipped' ? null : walk.status === 'read';
}

function levelOf({ open, leftOut, tables, probes }: Evidence): Level {
  if (open.kind !== 'read') return 'count';
  if (leftOut !== null) return 'kinds';
  if (tables.own !== null && tables.own.missing.length > 0) return 'kinds';
  const { status, isChosen } = probes;
  return status === 'denied' || status === 'unavailable' || !isChosen ? 'sockets' : 'autopsy';
}
