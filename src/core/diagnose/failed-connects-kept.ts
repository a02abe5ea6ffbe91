import type { Finding } from '../model/finding.ts';
import type { VerdictName } from '../model/verdict.ts';
import type { Case } from './case.ts';
import { formatCount } from '../words/format.ts';
import { findSockets, sharedChecks } from './held-sockets.ts';

/** From here on it is no retry that is just under way. */
const MANY = 8;

/** Beside failed connects: sockets that never got as far. */
const UNUSED = {
  fresh: 'were made by socket() and not used',
  bound: 'were bound and neither listen nor connect',
  'closed-listener': 'were listening and were shut down',
} as const satisfies Partial<Record<VerdictName, string>>;

/**
 * Sockets that never were connected and are open: connect() failed, or nobody went on. One look gives a number, no growth, so
 * a few failed connects are information, and sockets of the other kinds are mentioned only when there are many.
 */
export function findFailedConnectsKept({ inspection }: Case): Finding | null {
  const { descriptors } = findSockets(inspection.descriptors, 'connect-failed', 'fresh', 'bound', 'closed-listener');
  const failed = descriptors.filter(({ verdict }) => verdict.is === 'connect-failed').length;
  if (failed === 0 && descriptors.length < MANY) return null;
  return {
    id: 'failed-connects-kept',
    severity: failed >= MANY ? 'warning' : 'info',
    count: descriptors.length,
    title:
      failed > 0
        ? `${formatCount(failed, 'socket')} kept after connect() failed`
        : `${formatCount(descriptors.length, 'socket')} open that never were connected`,
    evidence: [
      ...(['fresh', 'bound', 'closed-listener'] as const).flatMap((is) => {
        const count = descriptors.filter(({ verdict }) => verdict.is === is).length;
        return count === 0 ? [] : [`${count}${failed > 0 ? ' more' : ''} ${UNUSED[is]}`];
      }),
      'one look gives a number, no growth: a retry under way looks the same',
    ],
    checked: sharedChecks(descriptors),
    advice: `See whether they grow: fdleak watch ${inspection.process.pid}. A socket is open from socket() on: close it on the error path too, after a failed connect() before the next try.`,
  };
}
