import type { Suspect } from '../model/watch.ts';
import { formatCount } from '../diagnose/format.ts';

/** Groups beyond these are summed up. */
const MOST_GROUPS = 5;

/**
 * Sums suspects up by verdict, by the port that accepted them and by their last peer, the largest group first:
 * `40 orphaned, all accepted on :41375, all last connected to 10.0.0.7`.
 */
export function groupSuspects(suspects: readonly Suspect[]): string[] {
  const groups = new Map<string, { verdict: string; port: number | null; peers: Map<string, number>; count: number }>();
  for (const { verdict, local, acceptedOn, lastPeer } of suspects) {
    const port = acceptedOn?.port ?? local?.port ?? null;
    const key = `${verdict} ${port}`;
    const group = groups.get(key) ?? { verdict, port, peers: new Map<string, number>(), count: 0 };
    groups.set(key, group);
    group.count += 1;
    if (lastPeer !== null) group.peers.set(lastPeer.address, (group.peers.get(lastPeer.address) ?? 0) + 1);
  }
  const sorted = [...groups.values()].sort((a, b) => b.count - a.count);
  const shown = sorted.slice(0, MOST_GROUPS).map(({ verdict, port, peers, count }) => {
    const all = count === 1 ? '' : 'all ';
    const where = port === null || port === 0 ? '' : `, ${all}on :${port}`;
    return `${count} ${verdict}${where}${formatPeers(peers, count)}`;
  });
  const rest = sorted.slice(MOST_GROUPS).reduce((sum, { count }) => sum + count, 0);
  return rest === 0 ? shown : [...shown, `${formatCount(rest, 'more', 'more')} in smaller groups`];
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
