import type { Death } from '../model/death.ts';
import type { Cause } from '../model/verdict.ts';
import type { WalkSocket, WalkTcp } from '../model/walk.ts';

/** What an error that nobody has read says of the end. @see kernel include/uapi/asm-generic/errno.h, which all machines here share */
const ERRORS: Readonly<Record<number, { readonly name: string; readonly cause: Cause }>> = {
  32: { name: 'EPIPE', cause: 'reset' },
  100: { name: 'ENETDOWN', cause: 'unreachable' },
  101: { name: 'ENETUNREACH', cause: 'unreachable' },
  103: { name: 'ECONNABORTED', cause: 'destroyed' },
  104: { name: 'ECONNRESET', cause: 'reset' },
  110: { name: 'ETIMEDOUT', cause: 'timed-out' },
  111: { name: 'ECONNREFUSED', cause: 'refused' },
  112: { name: 'EHOSTDOWN', cause: 'unreachable' },
  113: { name: 'EHOSTUNREACH', cause: 'unreachable' },
};

/** The kernel's coarse clock lags by a jiffy, 10 ms where it is slowest. */
const COARSE_MS = 10;

/**
 * How and when a connection died, from the walk; null for a socket that is none, or not dead. A socket that the program dissolved itself
 * (connect to AF_UNSPEC) has the error of a reset, and no peer any more.
 *
 * @see docs/decisions/0011-kernel-walk.md
 */
export function deathOf({ state, error, remote, tcp }: WalkSocket): Death | null {
  if (state !== 'CLOSE' || tcp === null || tcp.receiveSpace === 0) return null;
  const known = ERRORS[error];
  const errorName = known?.name ?? null;
  if (remote === null) return { cause: 'unknown', errorName, atLeastMs: null, atMostMs: tcp.sinceEventMs };
  const cause = error === 0 ? 'ended' : (known?.cause ?? 'unknown');
  // Destroyed while it waited for a last acknowledgement, it sends no packet: the last event is one before its death.
  if (cause === 'destroyed') return { cause, errorName, atLeastMs: null, atMostMs: tcp.sinceEventMs };
  return { cause, errorName, atLeastMs: tcp.sinceEventMs, atMostMs: atMostOf(tcp) };
}

/**
 * Nothing after its death moves the time of a socket's last event, but for reading what was left over. Where nothing was received, or an
 * answer was sent after it, nothing was left; else it died after the last data came.
 */
function atMostOf({ sinceEventMs, bytesReceived, unreadBytes, answered, sinceReceivedMs }: WalkTcp): number | null {
  if (bytesReceived === 0 || (answered && unreadBytes === 0)) return sinceEventMs;
  if (sinceReceivedMs === null) return null;
  return Math.max(sinceReceivedMs + COARSE_MS, sinceEventMs ?? 0);
}
