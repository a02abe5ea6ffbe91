import { formatFdNumbers } from '../words/fds.ts';
import { formatCount } from '../words/numbers.ts';
import { queued, sayLocal, waitingOn } from './accept-queues.ts';
import type { Case, Found, Rule } from './case.ts';
import { findSockets, type HeldSocket } from './held-sockets.ts';
import { isUnattended } from './living.ts';
import { toNote, toStatement } from './statement.ts';

/** Listeners from which nobody accepts, beside another of the same port that somebody does: the share of clients they are given hangs. */
export const LISTENERS_UNATTENDED = { id: 'listeners-unattended', about: 'leak', find } as const satisfies Rule;

function find({ inspection }: Case): Found | null {
  const listeners = findSockets(inspection.descriptors, 'listening').sockets;
  const stuck = listeners.filter(
    (one) =>
      one.socket.acceptQueue?.isSteady === true &&
      waitingOn(one) > 0 &&
      isUnattended(one.descriptor) &&
      hasSibling(one, listeners),
  );
  if (stuck.length === 0) return null;
  const clients = stuck.reduce((sum, one) => sum + waitingOn(one), 0);
  const [first] = stuck;
  const all = listeners.filter(({ socket }) => sayLocal(socket) === sayLocal(first?.socket)).length;
  return {
    severity: 'warning',
    count: stuck.length,
    title: `${stuck.length} of ${all} listeners of ${sayLocal(first?.socket)} never accept; ${formatCount(clients, 'client waits', 'clients wait')} in them`,
    evidence: [
      unattended({ fds: stuck.map(({ descriptor }) => descriptor.fd) }),
      NOT_FALLING,
      ...stuck.map((one) => queued({ fd: one.descriptor.fd, count: waitingOn(one) })),
    ],
    checked: [],
    advice:
      'Close the old listener when a new one replaces it: with SO_REUSEPORT the kernel gives every open listener of a port its share of the clients, whether anybody accepts from it or not.',
  };
}

/** Another listener of the same port whose clients are accepted. */
function hasSibling(one: HeldSocket, listeners: readonly HeldSocket[]): boolean {
  return listeners.some(
    (other) =>
      other !== one &&
      sayLocal(other.socket) === sayLocal(one.socket) &&
      (waitingOn(other) === 0 || !isUnattended(other.descriptor)),
  );
}

const NOT_FALLING = toNote('not-falling', 'as many clients waited in them at a second look, 1.2 s after the first');

const unattended = toStatement(
  'unattended',
  ({ fds }: { fds: readonly number[] }) =>
    `no thread and no epoll set of this process waits on ${formatFdNumbers(fds)}`,
);
