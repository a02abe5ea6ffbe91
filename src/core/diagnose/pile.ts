import type { Inspection } from '../model/inspection.ts';
import type { VerdictName } from '../model/verdict.ts';
import { findSockets, type HeldSockets } from './held-sockets.ts';
import { groupByOrigin, type OriginGroup } from './origins.ts';
import { toStatement } from './statement.ts';

/** Fewer on one port may be passing: a healthy server has some at any moment. */
const PILE_OF_ONE_PLACE = 8;
/** Or a part of all descriptors that no passing state takes up. */
const PILE_SHARE = 0.1;
const FEWEST = 3;

export const PILE_RULE = toStatement(
  'threshold',
  ({ atOnePlace, fewest, share }: { atOnePlace: number; fewest: number; share: number }) =>
    `reported when ${atOnePlace} or more share one place, or ${fewest} or more make up over ${share * 100} % of all open descriptors; one look cannot show their age`,
)({ atOnePlace: PILE_OF_ONE_PLACE, fewest: FEWEST, share: PILE_SHARE });

export interface Pile extends HeldSockets {
  readonly places: readonly OriginGroup[];
}

function withoutSpared({ descriptors, sockets }: HeldSockets): HeldSockets {
  return {
    descriptors: descriptors.filter(({ verdict }) => verdict.leak !== 'no'),
    sockets: sockets.filter(({ descriptor }) => descriptor.verdict.leak !== 'no'),
  };
}

/** The sockets of a verdict that is normal for a moment, where there are too many for that; else null. */
export function findPile(
  { descriptors, limits }: Pick<Inspection, 'descriptors' | 'limits'>,
  is: VerdictName,
): Pile | null {
  const held = withoutSpared(findSockets(descriptors, is));
  const places = groupByOrigin(held.sockets);
  const open = limits.open ?? descriptors.length;
  const isPile = (places[0]?.sockets.length ?? 0) >= PILE_OF_ONE_PLACE;
  const isLargePart = held.sockets.length >= FEWEST && held.descriptors.length > open * PILE_SHARE;
  return isPile || isLargePart ? { ...held, places } : null;
}
