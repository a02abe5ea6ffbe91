import type { Descriptor } from '../model/descriptor.ts';
import type { Inspection } from '../model/inspection.ts';
import type { AcceptQueue, Endpoint } from '../model/socket.ts';
import type { Case, Found, Rule } from './case.ts';
import { findSockets, sharedChecks } from './held-sockets.ts';
import { isNearLimit, measureLimitUse } from './limit-use.ts';
import { type Statement, toNote, toStatement } from './statement.ts';
import { formatEndpoint } from '../words/endpoint.ts';
import { formatCount } from '../words/numbers.ts';

interface FullListener {
  readonly descriptor: Descriptor;
  readonly local: Endpoint | null;
  readonly queue: AcceptQueue;
}

/** Listeners whose queue of connections to be accepted is full. Where the backlog is unknown, nothing is said. */
export const ACCEPT_QUEUE_FULL = { id: 'accept-queue-full', about: 'limit', find } as const satisfies Rule;

function find({ inspection }: Case): Found | null {
  const full = findSockets(inspection.descriptors, 'listening').sockets.flatMap(
    ({ descriptor, socket }): FullListener[] => {
      const { acceptQueue, local, foreign } = socket;
      if (acceptQueue === null || !isFull(acceptQueue)) return [];
      // A burst fills a queue for a moment. What is not of its own namespace was not looked at again.
      if (inspection.secondLookAt !== null && acceptQueue.isSteady !== true && foreign !== true) return [];
      return [{ descriptor, local, queue: acceptQueue }];
    },
  );
  if (full.length === 0) return null;
  return {
    severity: 'warning',
    count: full.length,
    title: `${formatCount(full.length, 'listener')} with a full accept queue: the kernel drops new connections`,
    evidence: [
      ...full.map(({ descriptor: { fd }, local, queue }) => fullListener({ fd, local, ...queue })),
      ...describeHalfOpen(inspection, full),
      ...(isAtFault(inspection) ? [NEAR_LIMIT_TOO] : []),
    ],
    checked: sharedChecks(full.map(({ descriptor }) => descriptor)),
    advice:
      'See why the program does not accept: a blocked loop, a stopped thread, EMFILE at the limit (the finding near-limit). A longer backlog (listen(2), net.core.somaxconn) only lets more wait.',
  };
}

/** The kernel lets one more wait than the backlog says. A backlog of 0 with nobody waiting is not full. */
function isFull({ waiting, backlog }: AcceptQueue): boolean {
  return backlog !== null && waiting > 0 && waiting >= backlog;
}

function describeHalfOpen(
  { kernelOwned }: Pick<Inspection, 'kernelOwned'>,
  full: readonly FullListener[],
): Statement[] {
  return kernelOwned
    .filter(({ port, state }) => state === 'SYN_RECV' && full.some(({ local }) => local?.port === port))
    .map(({ port, count }) => halfOpen({ port, count }));
}

function isAtFault({ limits }: Pick<Inspection, 'limits'>): boolean {
  const use = measureLimitUse(limits);
  return use !== null && isNearLimit(use);
}

interface Full extends AcceptQueue {
  readonly fd: number;
  readonly local: Endpoint | null;
}

const fullListener = toStatement('full-listener', ({ fd, local, waiting, backlog }: Pick<Full, keyof Full>) => {
  const where = local === null ? 'an unknown port' : formatEndpoint(local);
  return `fd ${fd} listens on ${where}: ${waiting} wait to be accepted, its backlog is ${backlog}`;
});

const halfOpen = toStatement(
  'half-open',
  ({ port, count }: { port: number; count: number }) =>
    `${formatCount(count, 'handshake')} on :${port} not finished (SYN_RECV)`,
);

const NEAR_LIMIT_TOO = toNote(
  'near-limit-too',
  'the process is near its descriptor limit too: accept(2) fails with EMFILE and the connections stay in the queue',
);
