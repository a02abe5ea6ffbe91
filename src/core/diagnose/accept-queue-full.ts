import type { Descriptor } from '../model/descriptor.ts';
import type { Finding } from '../model/finding.ts';
import type { Inspection } from '../model/inspection.ts';
import type { AcceptQueue } from '../model/socket.ts';
import type { Case } from './case.ts';
import { formatCount, formatEndpoint } from '../words/format.ts';
import { findSockets, sharedChecks } from './held-sockets.ts';
import { isNearLimit, measureLimitUse } from './limit-use.ts';

interface FullListener {
  readonly descriptor: Descriptor;
  readonly port: number | null;
  readonly line: string;
}

/** Listeners whose queue of connections to be accepted is full. Where the backlog is not known, nothing is said. */
export function findAcceptQueueFull({ inspection }: Case): Finding | null {
  const full = findSockets(inspection.descriptors, 'listening').sockets.flatMap(
    ({ descriptor, socket }): FullListener[] => {
      const { acceptQueue, local } = socket;
      if (acceptQueue === null || !isFull(acceptQueue)) return [];
      const where = local === null ? 'an unknown port' : formatEndpoint(local);
      const line = `fd ${descriptor.fd} listens on ${where}: ${acceptQueue.waiting} wait to be accepted, its backlog is ${acceptQueue.backlog}`;
      return [{ descriptor, port: local?.port ?? null, line }];
    },
  );
  if (full.length === 0) return null;
  return {
    id: 'accept-queue-full',
    severity: 'warning',
    count: full.length,
    title: `${formatCount(full.length, 'listener')} with a full accept queue: the kernel drops new connections`,
    evidence: [...full.map(({ line }) => line), ...describeHalfOpen(inspection, full), ...describeCause(inspection)],
    checked: sharedChecks(full.map(({ descriptor }) => descriptor)),
    advice:
      'See why the program does not accept: a blocked loop, a stopped thread, EMFILE at the limit (the finding near-limit). A longer backlog (listen(2), net.core.somaxconn) only lets more wait.',
  };
}

/** The kernel lets one more wait than the backlog says. A backlog of 0 with nobody waiting is not full. */
function isFull({ waiting, backlog }: AcceptQueue): boolean {
  return backlog !== null && waiting > 0 && waiting >= backlog;
}

function describeHalfOpen({ kernelOwned }: Pick<Inspection, 'kernelOwned'>, full: readonly FullListener[]): string[] {
  return kernelOwned
    .filter(({ port, state }) => state === 'SYN_RECV' && full.some((listener) => listener.port === port))
    .map(({ port, count }) => `${formatCount(count, 'handshake')} on :${port} not finished (SYN_RECV)`);
}

function describeCause({ limits }: Pick<Inspection, 'limits'>): string[] {
  const use = measureLimitUse(limits);
  if (use === null || !isNearLimit(use)) return [];
  return [
    'the process is near its limit of descriptors too: accept(2) fails with EMFILE and the connections stay in the queue',
  ];
}
