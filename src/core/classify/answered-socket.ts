import type { SocketProbe } from '../model/probe.ts';
import type { AcceptedOn, InetSocket } from '../model/socket.ts';
import { type DeathWords, NOT_DEAD } from './deaths.ts';
import { toAutopsyReport, toUse } from './orphan.ts';

/**
 * A TCP socket in no table as the document shows it, from its own answer. Each member by its name: there may be thousands, and to spread
 * costs more than all the rest.
 */
export function toAnsweredSocket(
  probe: SocketProbe,
  family: 'inet' | 'inet6',
  acceptedOn: AcceptedOn | null,
  { diedAt, deadMs, errorName }: DeathWords = NOT_DEAD,
): InetSocket {
  const { info, local } = probe;
  return {
    family,
    type: probe.type,
    protocol: probe.protocol,
    state: info?.state ?? null,
    listed: false,
    foreign: probe.foreign,
    netns: probe.netns,
    cookie: null,
    local: local === null || local.port === 0 ? null : local,
    remote: probe.remote,
    recvQueueBytes: null,
    sendQueueBytes: null,
    acceptQueue: null,
    use: toUse(probe),
    autopsy: toAutopsyReport(probe),
    diedAt,
    deadMs,
    errorName,
    acceptedOn,
  };
}
