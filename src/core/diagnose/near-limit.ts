import type { Finding } from '../model/finding.ts';
import type { Inspection } from '../model/inspection.ts';
import type { VerdictName } from '../model/verdict.ts';
import type { Case } from './case.ts';
import { formatCount, formatPercent } from '../words/format.ts';
import { isNearLimit, measureLimitUse, type LimitUse } from './limit-use.ts';
import { adviseRaise } from './raise-limit.ts';

const EXTREME = 0.95;
/** Fewer are gone in one burst of connections. They count from 80 % on: a small limit alone is no emergency. */
const FEW_FREE = 64;

/** The numbers below the soft limit run out: a warning from 80 % on, an error from 95 % on or with fewer than 64 left. */
export function findNearLimit(subject: Case): Finding | null {
  const { inspection } = subject;
  const { limits, process } = inspection;
  const use = measureLimitUse(limits);
  if (use === null || !isNearLimit(use)) return null;
  const raise = adviseRaise(subject);
  return {
    id: 'near-limit',
    severity: use.share >= EXTREME || use.free < FEW_FREE ? 'error' : 'warning',
    count: use.used,
    title: titleOf(use),
    evidence: [
      ...describeOverrun(limits, use),
      ...(limits.free === null
        ? ['counted without a list: numbers at or above the limit, if any, are in the count']
        : []),
      ...describeLargest(inspection),
      ...(limits.highestFd === null ? [] : [`the highest number in use is ${limits.highestFd}`]),
      'at the limit open(2), socket(2) and accept(2) fail with EMFILE, "Too many open files"',
    ],
    checked: [],
    advice: `${raise === null ? '' : `Tonight: ${raise}.\n`}Tomorrow: find what grows (fdleak watch ${process.pid}); a higher limit gains time, it stops no leak.`,
  };
}

function titleOf({ used, soft, share, free }: LimitUse): string {
  return `${used} of ${soft} descriptor numbers in use (${formatPercent(share)}), ${free} left`;
}

function describeOverrun({ open }: Inspection['limits'], { isOver, soft, free }: LimitUse): string[] {
  if (!isOver || open === null) return [];
  return [
    `${open} are open although the soft limit is ${soft}: it was lowered after they were opened; new descriptors take only the ${free} numbers left below it`,
  ];
}

const SUSPECTS = ['orphaned', 'peer-closed', 'unlisted', 'half-closed', 'connect-failed'] as const;

/** What fills the table: the suspects, and the largest kind. */
function describeLargest({ summary }: Pick<Inspection, 'summary'>): string[] {
  const suspects = SUSPECTS.flatMap((is: VerdictName) => {
    const count = summary.byVerdict?.[is] ?? 0;
    return count === 0 ? [] : [`${count} ${is}`];
  });
  const [kind, count] = Object.entries(summary.byKind ?? {}).sort(([, a], [, b]) => b - a)[0] ?? [];
  return [
    ...(kind === undefined || count === undefined
      ? []
      : [`most are of the kind ${kind}: ${formatCount(count, 'descriptor')}`]),
    ...(suspects.length === 0 ? [] : [`among them ${suspects.join(', ')}`]),
  ];
}
