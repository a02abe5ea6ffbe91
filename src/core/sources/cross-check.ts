import type { Descriptor } from '../model/descriptor.ts';
import type { Circumstances } from '../model/circumstances.ts';
import type { Evidence } from '../model/evidence.ts';
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
export function crossCheck(
  evidence: Evidence,
  circumstances: Circumstances,
  descriptors: readonly Descriptor[],
): CrossCheck {
  const view = new OwnView(circumstances, descriptors);
  const { lsof, ss } = circumstances.tools;
  return {
    sources: countSources({ evidence, circumstances, descriptors }, view),
    disagreements: [...lsofDifferences(lsof, view), ...ssDifferences(ss, view), ...prlimitDifferences(circumstances)],
  };
}

function prlimitDifferences({ tools, limits }: Circumstances): Disagreement[] {
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
