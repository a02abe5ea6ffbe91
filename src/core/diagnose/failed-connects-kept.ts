import type { VerdictName } from '../model/verdict.ts';
import type { Case, Found, Rule } from './case.ts';
import { findSockets, sharedChecks } from './held-sockets.ts';
import { toNote, toStatement } from './statement.ts';
import { formatCount } from '../words/numbers.ts';

/** Fewer may be retries under way. */
const MANY = 8;

/** Sockets that never got as far as a failed connect. */
const UNUSED = {
  fresh: 'were made by socket() and never used',
  bound: 'were bound, but neither listen nor connect',
  'closed-listener': 'were listening and were shut down',
} as const satisfies Partial<Record<VerdictName, string>>;

/**
 * Open sockets that were never connected: connect() failed, or the program did nothing more. One look shows a number, not growth,
 * so a few failed connects are information, and sockets of the other kinds are mentioned only when there are many.
 */
export const FAILED_CONNECTS_KEPT = { id: 'failed-connects-kept', about: 'leak', find } as const satisfies Rule;

function find({ inspection }: Case): Found | null {
  const { descriptors } = findSockets(inspection.descriptors, 'connect-failed', 'fresh', 'bound', 'closed-listener');
  const failed = descriptors.filter(({ verdict }) => verdict.is === 'connect-failed').length;
  if (failed === 0 && descriptors.length < MANY) return null;
  return {
    severity: failed >= MANY ? 'warning' : 'info',
    count: descriptors.length,
    title:
      failed > 0
        ? `${formatCount(failed, 'socket')} kept after connect() failed`
        : `${formatCount(descriptors.length, 'open socket')} that ${descriptors.length === 1 ? 'was' : 'were'} never connected`,
    evidence: [
      ...(['fresh', 'bound', 'closed-listener'] as const).flatMap((is) => {
        const count = descriptors.filter(({ verdict }) => verdict.is === is).length;
        return count === 0 ? [] : [neverConnected({ is, count, isBesideFailed: failed > 0 })];
      }),
      NO_GROWTH,
    ],
    checked: sharedChecks(descriptors),
    advice:
      'A socket is open as soon as socket() returns: close it on error paths too, and after a failed connect() before the next try.',
  };
}

type NeverConnected = { readonly is: keyof typeof UNUSED; readonly count: number; readonly isBesideFailed: boolean };

const neverConnected = toStatement(
  'never-connected',
  ({ is, count, isBesideFailed }: NeverConnected) => `${count}${isBesideFailed ? ' more' : ''} ${UNUSED[is]}`,
);

const NO_GROWTH = toNote('no-growth', 'one look shows a number, not growth: a retry under way looks the same');
