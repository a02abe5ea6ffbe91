import type { KernelOwned } from '../model/inspection.ts';
import type { InetRow } from '../model/socket-row.ts';

/**
 * Counts the rows without an owner (TIME_WAIT, SYN_RECV, connections nobody accepted yet) on the ports of a process, by port
 * and state. None of them holds a descriptor.
 */
export function toKernelOwned(ownerless: readonly InetRow[], ports: ReadonlySet<number>): KernelOwned[] {
  const counts = new Map<string, { port: number; state: KernelOwned['state']; count: number }>();
  for (const { local, state } of ownerless) {
    if (!ports.has(local.port)) continue;
    const key = `${local.port} ${state}`;
    const entry = counts.get(key);
    if (entry === undefined) counts.set(key, { port: local.port, state, count: 1 });
    else entry.count++;
  }
  return [...counts.values()].sort((a, b) => a.port - b.port || b.count - a.count);
}
