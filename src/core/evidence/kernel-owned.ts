import type { KernelOwned } from '../model/inspection.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { SocketTables } from '../model/socket-tables.ts';

/**
 * Counts the rows without an owner (TIME_WAIT, SYN_RECV, connections nobody accepted yet) on the ports that a process listens on in
 * its own network namespace, by port and state. None of them holds a descriptor.
 */
export function toKernelOwned(own: SocketTables | null, descriptors: readonly Descriptor[]): KernelOwned[] {
  if (own === null || own.ownerless.length === 0) return [];
  const ports = portsIn(own, descriptors);
  const counts = new Map<string, { port: number; state: KernelOwned['state']; count: number }>();
  for (const { local, state } of own.ownerless) {
    if (!ports.has(local.port)) continue;
    const key = `${local.port} ${state}`;
    const entry = counts.get(key);
    if (entry === undefined) counts.set(key, { port: local.port, state, count: 1 });
    else entry.count++;
  }
  return [...counts.values()].sort((a, b) => a.port - b.port || b.count - a.count);
}

function portsIn({ netns }: SocketTables, descriptors: readonly Descriptor[]): ReadonlySet<number> {
  const ports = new Set<number>();
  for (const { socket } of descriptors) {
    if (socket === null || !('local' in socket) || socket.state !== 'LISTEN' || socket.local === null) continue;
    // One in no table, and of a namespace that nobody knows, may listen anywhere.
    if (!socket.listed && socket.netns === null) continue;
    if (netns === null || socket.netns === null || socket.netns === netns) ports.add(socket.local.port);
  }
  return ports;
}
