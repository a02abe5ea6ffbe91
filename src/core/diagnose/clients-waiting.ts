import type { Descriptor } from '../model/descriptor.ts';
import { formatCount } from '../words/numbers.ts';
import { queued, sayLocal, waitingOn } from './accept-queues.ts';
import type { Case, Found, Rule } from './case.ts';
import { findSockets } from './held-sockets.ts';
import { sortOut } from './sorted-out.ts';

/** Clients whose handshake is done and that wait for accept(2): the kernel holds them, no descriptor does. */
export const CLIENTS_WAITING = { id: 'clients-waiting', about: 'events', find } as const satisfies Rule;

/** A program may listen on hundreds of ports: their names would fill the screen. */
const SHOWN = 3;

function find({ inspection }: Case): Found | null {
  const queues = [...findInet(inspection.descriptors), ...findUnix(inspection.descriptors)];
  const count = queues.reduce((sum, { waiting }) => sum + waiting, 0);
  if (count === 0) return null;
  const names = [...new Set(queues.map(({ name }) => name))];
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return {
    severity: 'info',
    count,
    title: `${formatCount(count, 'client waits', 'clients wait')} to be accepted on ${names.slice(0, SHOWN).join(', ')}${more}`,
    evidence: queues.map(({ fd, waiting }) => queued({ fd, count: waiting })),
    checked: [],
    advice:
      'See why the program does not accept: a blocked loop, a stopped thread, EMFILE at the limit, or a listener that it has forgotten.',
  };
}

interface Queue {
  readonly fd: number;
  readonly name: string;
  readonly waiting: number;
}

function findInet(descriptors: readonly Descriptor[]): Queue[] {
  return findSockets(descriptors, 'listening').sockets.flatMap((one) => {
    const waiting = waitingOn(one);
    return waiting === 0 ? [] : [{ fd: one.descriptor.fd, name: sayLocal(one.socket), waiting }];
  });
}

function findUnix(descriptors: readonly Descriptor[]): Queue[] {
  const byInode = new Map<string, Queue>();
  for (const { fd, inode, socket } of sortOut(descriptors).others) {
    if (socket?.family !== 'unix' || socket.clientsWaiting === null || socket.clientsWaiting === 0) continue;
    const queue = { fd, name: socket.path ?? 'an unnamed socket', waiting: socket.clientsWaiting };
    if (inode !== null && !byInode.has(inode)) byInode.set(inode, queue);
  }
  return [...byInode.values()];
}
