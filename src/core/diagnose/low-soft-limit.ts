import type { Case, Found, Rule } from './case.ts';
import { adviseRaise } from './raise-limit.ts';
import { toNote, toStatement } from './statement.ts';
import { withVerdict } from './sorted-out.ts';

/** The default since select(2): its bitmap, FD_SETSIZE, ends at 1024. */
const DEFAULT_SOFT = 1024;

/** A server under the default limit of interactive programs while its hard limit allows more. */
export const LOW_SOFT_LIMIT = { id: 'low-soft-limit', about: 'limit', find } as const satisfies Rule;

function find(subject: Case): Found | null {
  const { limits, descriptors, process } = subject.inspection;
  const { soft, hard } = limits;
  if (typeof soft !== 'number' || soft > DEFAULT_SOFT || hard === null) return null;
  if (hard !== 'unlimited' && hard <= soft) return null;
  const raise = adviseRaise(subject);
  if (raise === null || withVerdict(descriptors, 'listening').length === 0) return null;
  return {
    severity: 'info',
    count: 1,
    title: `A server with a soft limit of ${soft} descriptors; its hard limit is ${hard}`,
    evidence: [SELECT_BOUND, ...(limits.open === null ? [] : [openNow({ open: limits.open })])],
    checked: [],
    advice: `If the program does not use select(2): set the limit where it is started (systemd: LimitNOFILE=; shell: ulimit -n). For pid ${process.pid} as it runs: ${raise}.`,
  };
}

const SELECT_BOUND = toNote(
  'select-bound',
  '1024 is the default because select(2) cannot handle higher numbers (FD_SETSIZE), not because more would cost much',
);

const openNow = toStatement('open', ({ open }: { open: number }) => `${open} are open now`);
