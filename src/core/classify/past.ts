import type { SocketProbe } from '../model/probe.ts';

interface SocketPast {
  readonly is: 'connect-failed' | 'closed-listener' | 'bound' | 'fresh';
  readonly because: string;
}

const WILDCARD: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/**
 * What a TCP socket in CLOSE that never was connected has been, from the marks its past left in TCP_INFO: a route was looked up
 * (connect), a receive size was set (listen), a port was taken (bind), or nothing.
 *
 * @see kernel net/ipv4/tcp.c tcp_get_info(); docs/findings/failed-connects-kept.md
 */
export function pastOf({ info, local }: SocketProbe): SocketPast {
  if (info !== null && info.pmtu > 0)
    return {
      is: 'connect-failed',
      because: 'it was never connected, but a route was looked up for it: connect() was tried',
    };
  if (info !== null && info.rcvMss > 0)
    return { is: 'closed-listener', because: 'it was never connected, but it has been listening' };
  if (local !== null && (local.port > 0 || !WILDCARD.has(local.address)))
    return { is: 'bound', because: 'it was never connected or listening, but has a local address' };
  return { is: 'fresh', because: 'it was never connected, has no port and no history' };
}
