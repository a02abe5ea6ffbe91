import { SUSPECT_VERDICTS } from '../classify/verdict-info.ts';
import type { Inspection } from '../model/inspection.ts';
import type { VerdictName } from '../model/verdict.ts';
import type { Case, Found, Rule } from './case.ts';
import { isNearLimit, measureLimitUse, type LimitUse } from './limit-use.ts';
import { adviseRaise } from './raise-limit.ts';
import { type Statement, toNote, toStatement } from './statement.ts';
import { formatCount, formatShare, formatTally } from '../words/numbers.ts';

const EXTREME = 0.95;
/** Fewer are gone in one burst of connections. They count from 80 % on: a small limit alone is no emergency. */
const FEW_FREE = 64;

/** The numbers below the soft limit run out: a warning from 80 % on, an error from 95 % on or with fewer than 64 left. */
export const NEAR_LIMIT = { id: 'near-limit', about: 'limit', find } as const satisfies Rule;

function find(subject: Case): Found | null {
  const { inspection } = subject;
  const { limits, process } = inspection;
  const use = measureLimitUse(limits);
  if (use === null || !isNearLimit(use)) return null;
  const raise = adviseRaise(subject);
  return {
    severity: use.share >= EXTREME || use.free < FEW_FREE ? 'error' : 'warning',
    count: use.used,
    title: titleOf(use),
    evidence: [
      ...describeOverrun(limits, use),
      ...(limits.free === null ? [COUNTED_ONLY] : []),
      ...describeLargest(inspection),
      ...(limits.highestFd === null ? [] : [highestFd({ fd: limits.highestFd })]),
      EMFILE,
    ],
    checked: [],
    advice: `${raise === null ? '' : `Tonight: ${raise}.\n`}Tomorrow: find what grows (fdleak watch ${process.pid}); a higher limit buys time, it does not stop a leak.`,
  };
}

function titleOf({ used, soft, share, free }: LimitUse): string {
  return `${used} of ${soft} descriptor numbers in use (${formatShare(share)}), ${free} left`;
}

function describeOverrun({ open }: Inspection['limits'], { isOver, soft, free }: LimitUse): Statement[] {
  return !isOver || open === null ? [] : [overLimit({ open, soft, free })];
}

const overLimit = toStatement(
  'over-limit',
  ({ open, soft, free }: { open: number; soft: number; free: number }) =>
    `${open} are open although the soft limit is ${soft}: it was lowered after they were opened; new descriptors can only use the ${free} numbers left below it`,
);

const COUNTED_ONLY = toNote(
  'counted-only',
  'counted without a list: numbers at or above the limit, if any, are in the count',
);

const highestFd = toStatement('highest-fd', ({ fd }: { fd: number }) => `the highest number in use is ${fd}`);

const EMFILE = toNote(
  'emfile',
  'at the limit open(2), socket(2) and accept(2) fail with EMFILE, "Too many open files"',
);

/** What fills the table: the suspects, and the largest kind. */
function describeLargest({ summary }: Pick<Inspection, 'summary'>): Statement[] {
  const suspects = SUSPECT_VERDICTS.flatMap((is) => {
    const count = summary.byVerdict?.[is] ?? 0;
    return count === 0 ? [] : [{ is, count }];
  });
  const [kind, count] = Object.entries(summary.byKind ?? {}).sort(([, a], [, b]) => b - a)[0] ?? [];
  return [
    ...(kind === undefined || count === undefined ? [] : [largestKind({ of: kind, count })]),
    ...(suspects.length === 0 ? [] : [amongThem({ suspects })]),
  ];
}

const largestKind = toStatement(
  'largest-kind',
  ({ of, count }: { of: string; count: number }) => `most are of the kind ${of}: ${formatCount(count, 'descriptor')}`,
);

const amongThem = toStatement(
  'suspects',
  ({ suspects }: { suspects: readonly { is: VerdictName; count: number }[] }) =>
    `among them ${formatTally(Object.fromEntries(suspects.map(({ is, count }) => [is, count])))}`,
);
