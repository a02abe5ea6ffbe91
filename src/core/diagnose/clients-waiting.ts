import { formatCount } from '../words/numbers.ts';
import { queued, sayLocal, waitingOn } from './accept-queues.ts';
import type { Case, Found, Rule } from './case.ts';
import { findSockets } from './held-sockets.ts';

/** Clients whose handshake is done and that wait for accept(2): the kernel holds them, no descriptor does. */
export const CLIENTS_WAITING = { id: 'clients-waiting', about: 'events', find } as const satisfies Rule;

function find({ inspection }: Case): Found | null {
  const listeners = findSockets(inspection.descriptors, 'listening').sockets.filter((one) => waitingOn(one) > 0);
  const count = listeners.reduce((sum, one) => sum + waitingOn(one), 0);
  if (count === 0) return null;
  const ports = new Set(listeners.map(({ socket }) => sayLocal(socket)));
  return {
    severity: 'info',
    count,
    title: `${formatCount(count, 'client waits', 'clients wait')} to be accepted on ${[...ports].join(', ')}`,
    evidence: listeners.map((one) => queued({ fd: one.descriptor.fd, count: waitingOn(one) })),
    checked: [],
    advice:
      'See why the program does not accept: a blocked loop, a stopped thread, EMFILE at the limit, or a listener that it has forgotten.',
  };
}
