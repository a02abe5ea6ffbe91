import type { Descriptor } from '../model/descriptor.ts';
import type { Sharer } from '../model/sharer.ts';
import { formatFdNumbers } from '../words/fds.ts';
import { formatCount } from '../words/numbers.ts';
import type { Case, Found, Rule } from './case.ts';
import { isUnattended, MANY } from './living.ts';
import { toStatement } from './statement.ts';
import { sortOut } from './sorted-out.ts';

/**
 * Connections that the parent holds as well and that nothing here waits on: fork(2) has left them. Suspect where another program runs
 * here: it cannot know of them. Listeners alone are information: a worker that is busy does not wait on its own.
 */
export const INHERITED_SOCKETS = { id: 'inherited-sockets', about: 'leak', find } as const satisfies Rule;

interface Shared {
  readonly descriptor: Descriptor;
  readonly parent: Sharer;
}

function find({ inspection }: Case): Found | null {
  const { descriptors, process } = inspection;
  const shared = sortOut(descriptors).shared.flatMap((descriptor) => toShared(descriptor) ?? []);
  const connections = shared.filter(({ descriptor }) => descriptor.verdict.is !== 'listening');
  const listeners = shared.filter(
    ({ descriptor, parent }) => descriptor.verdict.is === 'listening' && parent.isOtherProgram === true,
  );
  const told = [...(connections.length < MANY ? [] : connections), ...listeners];
  const [first] = told;
  if (first === undefined) return null;
  const { pid, comm, isOtherProgram } = first.parent;
  const isSuspect = connections.length >= MANY && isOtherProgram === true;
  const what =
    connections.length < MANY
      ? formatCount(listeners.length, 'listener')
      : formatCount(connections.length, 'connection');
  return {
    severity: isSuspect ? 'warning' : 'info',
    count: told.length,
    title: `${what} of its parent ${comm} ${pid} ${told.length === 1 ? 'is' : 'are'} open here as well, and ${process.comm} never uses ${told.length === 1 ? 'it' : 'them'}`,
    evidence: [
      heldByParent({ pid, comm, count: told.length, fds: told.map(({ descriptor }) => descriptor.fd) }),
      notWaitedOn({ count: told.length }),
    ],
    checked: [],
    advice:
      'Open with close-on-exec in the parent (SOCK_CLOEXEC, accept4(2); Python: inheritable False), or close them in the child after fork(2): a connection ends when the last holder closes it.',
  };
}

function toShared(descriptor: Descriptor): Shared | null {
  if (descriptor.kind !== 'socket' || !isUnattended(descriptor)) return null;
  // What init has opened it has opened to be handed on.
  const parent = descriptor.alsoHeldBy?.find(({ relation, pid }) => relation === 'parent' && pid !== 1);
  return parent === undefined ? null : { descriptor, parent };
}

const heldByParent = toStatement(
  'held-by-parent',
  ({ pid, comm, fds }: { pid: number; comm: string; count: number; fds: readonly number[] }) =>
    `${formatFdNumbers(fds)}: the same open sockets are held by ${comm} ${pid}, which started this process`,
);
const notWaitedOn = toStatement(
  'nothing-waits',
  ({ count }: { count: number }) =>
    `no thread and no epoll set of this process waits on ${count === 1 ? 'it' : 'any of them'}`,
);
