import type { Socket } from '../model/socket.ts';
import type { Verdict, VerdictName } from '../model/verdict.ts';

/** What a program may keep one of on purpose: mosquitto has a socket in reserve, to close when numbers run out. */
const RESERVED: ReadonlySet<VerdictName> = new Set<VerdictName>(['fresh', 'bound']);
/** What a busy healthy server has some of at any moment. */
const PASSING: ReadonlySet<VerdictName> = new Set<VerdictName>(['peer-closed', 'half-closed', 'peer-gone']);
/** Fewer sockets in a passing state are no pile-up, and not worth a pause. */
export const FEWEST_PASSING = 3;
/** As long as the kernel itself keeps a connection without a descriptor in FIN_WAIT2. @see tcp(7), tcp_fin_timeout */
const OLD_MS = 60_000;

interface Judged {
  readonly verdict: Verdict;
  readonly socket: Socket | null;
}

/**
 * Acquits what is too few to be a sign: one fresh or bound socket, and one or two in a state that passes, unless that has lasted for a
 * minute, or nothing tells how long and it stood at a second look. Gives the descriptors with that said.
 */
export function spareFew<One extends Judged>(all: readonly One[], wasLookedTwice: boolean): readonly One[] {
  const counts = new Map<VerdictName, number>();
  let passing = 0;
  all.forEach(({ verdict }) => {
    if (RESERVED.has(verdict.is)) counts.set(verdict.is, (counts.get(verdict.is) ?? 0) + 1);
    else if (isPassing(verdict)) passing++;
  });
  const hasLone = [...counts.values()].includes(1);
  const hasFew = passing > 0 && passing < FEWEST_PASSING;
  if (!hasLone && !hasFew) return all;
  return all.map((one) => {
    const { verdict } = one;
    if (counts.get(verdict.is) === 1) return { ...one, verdict: spare(verdict, 'one alone may be a reserve') };
    if (!hasFew || !isPassing(verdict) || hasLasted(one, wasLookedTwice)) return one;
    return { ...one, verdict: spare(verdict, 'one or two may be passing') };
  });
}

function isPassing({ is, leak }: Verdict): boolean {
  return PASSING.has(is) && leak === 'suspect';
}

/** The last segment came no earlier than the end that it brought, or acknowledged. In FIN_WAIT1 it tells nothing. */
function hasLasted({ socket }: Judged, wasLookedTwice: boolean): boolean {
  if (socket === null || !('use' in socket) || socket.use === null || socket.use.sinceAckMs === null)
    return wasLookedTwice;
  return socket.state !== 'FIN_WAIT1' && socket.use.sinceAckMs >= OLD_MS;
}

function spare(verdict: Verdict, why: string): Verdict {
  return { ...verdict, leak: 'no', because: `${verdict.because}; ${why}` };
}
