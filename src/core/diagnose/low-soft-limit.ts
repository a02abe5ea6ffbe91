import type { Finding } from '../model/finding.ts';
import type { Case } from './case.ts';
import { adviseRaise } from './raise-limit.ts';

/** The default since select(2): its bitmap, FD_SETSIZE, ends at 1024. */
const DEFAULT_SOFT = 1024;

/** A server under the default limit of interactive programs while its hard limit allows more. */
export function findLowSoftLimit(subject: Case): Finding | null {
  const { limits, descriptors, process } = subject.inspection;
  const { soft, hard } = limits;
  if (typeof soft !== 'number' || soft > DEFAULT_SOFT || hard === null) return null;
  if (hard !== 'unlimited' && hard <= soft) return null;
  const raise = adviseRaise(subject);
  if (raise === null || !descriptors.some(({ verdict }) => verdict.is === 'listening')) return null;
  return {
    id: 'low-soft-limit',
    severity: 'info',
    count: 1,
    title: `A server with a soft limit of ${soft} descriptors; its hard limit is ${hard}`,
    evidence: [
      '1024 is the default because select(2) takes no higher number (FD_SETSIZE), not because more would cost much',
      ...(limits.open === null ? [] : [`${limits.open} are open now`]),
    ],
    checked: [],
    advice: `If the program does not use select(2): set the limit where it is started (systemd: LimitNOFILE=; shell: ulimit -n). For pid ${process.pid} as it runs: ${raise}.`,
  };
}
