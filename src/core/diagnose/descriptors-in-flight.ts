import { formatFdNumbers } from '../words/fds.ts';
import { formatCount } from '../words/numbers.ts';
import type { Case, Found, Rule } from './case.ts';
import { toStatement } from './statement.ts';
import { sortOut } from './sorted-out.ts';

/** Descriptors that were sent to this process and that it never received: they keep their files open, and no table shows them. */
export const DESCRIPTORS_IN_FLIGHT = { id: 'descriptors-in-flight', about: 'leak', find } as const satisfies Rule;

function find({ inspection }: Case): Found | null {
  const receivers = sortOut(inspection.descriptors).others.filter(({ inFlight }) => inFlight !== null && inFlight > 0);
  const count = receivers.reduce((sum, { inFlight }) => sum + (inFlight ?? 0), 0);
  if (count === 0) return null;
  return {
    severity: 'info',
    count,
    title: `${formatCount(count, 'descriptor')} wait to be received on ${formatFdNumbers(receivers.map(({ fd }) => fd))}: sent by SCM_RIGHTS, in no table, kept open by the queue`,
    evidence: receivers.map(({ fd, inFlight }) => waiting({ fd, count: inFlight ?? 0 })),
    checked: [],
    advice:
      'Receive what was sent (recvmsg with room for control messages), and close what is not wanted; closing the socket frees them too.',
  };
}

const waiting = toStatement(
  'in-flight',
  ({ fd, count }: { fd: number; count: number }) => `fd ${fd} has ${count} to receive`,
);
