import type { InetSocket, Socket } from '../model/socket.ts';
import type { Verdict } from '../model/verdict.ts';
import { isFixedPort, isInet } from '../place/ports.ts';

/** What pools of common clients of HTTP and SQL hold by default: 8 to 20 connections. */
const MOST_POOLED = 20;

interface Judged {
  readonly verdict: Verdict;
  readonly socket: Socket | null;
}

/**
 * Acquits connections that the process made and that their servers have ended, where they are no more than a pool keeps: it finds out when
 * it takes one. More of them, and those that were accepted, stay suspects.
 */
export function sparePooled<One extends Judged>(all: readonly One[]): readonly One[] {
  const ended = all.filter(({ verdict }) => verdict.is === 'peer-closed' && verdict.leak === 'suspect');
  if (ended.length === 0) return all;
  const ports = countPorts(ended);
  const made = new Set(ended.filter(({ socket }) => isInet(socket) && isMade(socket, ports)));
  if (made.size === 0 || made.size > MOST_POOLED) return all;
  return all.map((one) =>
    made.has(one)
      ? { ...one, verdict: { ...one.verdict, leak: 'no', because: `${one.verdict.because}; ${WHY}` } }
      : one,
  );
}

const WHY = 'so few that this process made may be a pool, which finds out when it takes one';

/** The kernel gave its port out, for it alone: several share that of a listener. */
function isMade({ acceptedOn, local, remote }: InetSocket, ports: ReadonlyMap<number, number>): boolean {
  if (acceptedOn !== null || local === null || remote === null) return false;
  return !isFixedPort(local.port) && ports.get(local.port) === 1;
}

function countPorts(ended: readonly Judged[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { socket } of ended) {
    const port = isInet(socket) ? socket.local?.port : undefined;
    if (port !== undefined) counts.set(port, (counts.get(port) ?? 0) + 1);
  }
  return counts;
}
