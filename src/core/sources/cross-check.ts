import type { Descriptor } from '../model/descriptor.ts';
import type { Facts } from '../model/facts.ts';
import type { Disagreement, Source } from '../model/source.ts';
import { lsofDifferences } from './lsof-differences.ts';
import { OwnView } from './own-view.ts';
import { countSources } from './source-counts.ts';
import { ssDifferences } from './ss-differences.ts';

interface CrossCheck {
  readonly sources: readonly Source[];
  readonly disagreements: readonly Disagreement[];
}

/** Sets what each source counted side by side, and gives every difference a reason, descriptor by descriptor. */
export function crossCheck(facts: Facts, descriptors: readonly Descriptor[]): CrossCheck {
  const view = new OwnView(facts, descriptors);
  const { lsof, ss } = facts.tools;
  return {
    sources: countSources(facts, descriptors, view),
    disagreements: [...lsofDifferences(lsof, view), ...ssDifferences(ss, view), ...prlimitDifferences(facts)],
  };
}

function prlimitDifferences({ tools, limits }: Facts): Disagreement[] {
  const [row] = tools.prlimit.kind === 'read' ? tools.prlimit.rows : [];
  if (row === undefined || (row.soft === limits.soft && row.hard === limits.hard)) return [];
  return [
    {
      between: ['prlimit', 'proc-fd'],
      fds: [],
      because: `prlimit says ${row.soft}:${row.hard}, /proc says ${limits.soft}:${limits.hard}: the limit was changed between the two reads`,
    },
  ];
}
