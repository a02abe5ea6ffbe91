import type { Suspect } from '../model/watch.ts';
import { isFixedPort, NO_CHANCE } from '../place/ports.ts';
import { formatCount } from '../words/numbers.ts';

/** Groups beyond these are summed up. */
const MOST_GROUPS = 5;

interface Group {
  readonly verdict: string;
  /** null: none, or each has its own. */
  readonly port: number | null;
  readonly ports: Set<number>;
  readonly peers: Map<string, number>;
  count: number;
}

/**
 * Sums suspects up by verdict, by the port that accepted them and by their last peer, the largest group first:
 * `40 orphaned, all on :41375, all last connected to 10.0.0.7`. Those that the kernel gave a port each are one group.
 */
export function groupSuspects(suspects: readonly Suspect[]): string[] {
  const sharers = countSharers(suspects);
  const groups = new Map<string, Group>();
  for (const suspect of suspects) {
    const { verdict, local, lastPeer } = suspect;
    const port = findPort(suspect, sharers);
    const key = `${verdict} ${port}`;
    const group = groups.get(key) ?? { verdict, port, ports: new Set(), peers: new Map<string, number>(), count: 0 };
    groups.set(key, group);
    group.count += 1;
    if (local !== null) group.ports.add(local.port);
    if (lastPeer !== null) group.peers.set(lastPeer.address, (group.peers.get(lastPeer.address) ?? 0) + 1);
  }
  const sorted = [...groups.values()].sort((a, b) => b.count - a.count);
  const shown = sorted.slice(0, MOST_GROUPS).map((group) => {
    const { verdict, peers, count } = group;
    return `${count} ${verdict}${formatPorts(group)}${formatPeers(peers, count)}`;
  });
  const rest = sorted.slice(MOST_GROUPS).reduce((sum, { count }) => sum + count, 0);
  return rest === 0 ? shown : [...shown, `${formatCount(rest, 'more', 'more')} in smaller groups`];
}

/** The port that a suspect shares with its like: that of a listener, a fixed one, or one that is shared indeed. */
function findPort({ acceptedOn, local, lastPeer }: Suspect, sharers: ReadonlyMap<number, number>): number | null {
  if (acceptedOn !== null) return acceptedOn.port;
  if (local === null || isFixedPort(local.port)) return local?.port ?? null;
  const isClient = lastPeer !== null && !isFixedPort(lastPeer.port);
  return (sharers.get(local.port) ?? 0) >= (isClient ? 2 : NO_CHANCE) ? local.port : null;
}

function countSharers(suspects: readonly Suspect[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { local } of suspects) if (local !== null) counts.set(local.port, (counts.get(local.port) ?? 0) + 1);
  return counts;
}

function formatPorts({ port, ports, count }: Group): string {
  const [only] = ports;
  const all = count === 1 ? '' : 'all ';
  if (port !== null) return port === 0 ? '' : `, ${all}on :${port}`;
  if (only === undefined) return '';
  return count === 1 ? `, on :${only}` : ', on ports of their own';
}

function formatPeers(peers: ReadonlyMap<string, number>, count: number): string {
  const [most, second] = [...peers].sort(([, a], [, b]) => b - a);
  if (most === undefined) return ', peer not seen';
  const [address, times] = most;
  const peer = address.replace(/^::ffff:/, '');
  if (times === count) return `, ${count === 1 ? '' : 'all '}last connected to ${peer}`;
  const others = second === undefined ? 'peer of the rest not seen' : formatCount(peers.size, 'peer');
  return `, ${times} of them last connected to ${peer} (${others})`;
}
