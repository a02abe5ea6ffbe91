import type { DemoStage } from './model/demo.ts';
import type { Inspection } from './model/inspection.ts';

/** Counts what the story of the demonstration is about. */
export function toDemoStage(
  at: Pick<DemoStage, 'proxy' | 'stage'>,
  { descriptors, limits, summary, stacks }: Inspection,
): DemoStage {
  const orphans = descriptors.filter(({ verdict }) => verdict.is === 'orphaned');
  const ports = new Set(
    orphans.map(({ socket }) => (socket !== null && 'acceptedOn' in socket ? (socket.acceptedOn?.port ?? null) : null)),
  );
  const [port = null] = ports;
  const watchers = orphans.map(({ watchedBy }) => watchedBy);
  return {
    ...at,
    open: limits.open,
    orphaned: orphans.length,
    certain: orphans.filter(({ verdict }) => verdict.leak === 'certain').length,
    peerClosed: summary.byVerdict?.['peer-closed'] ?? 0,
    acceptedOn: ports.size === 1 ? port : null,
    watched: watchers.includes(null) ? null : watchers.filter((fds) => fds !== null && fds.length > 0).length,
    handles: stacks?.matches.find(({ by, what }) => by === 'handle' && what.startsWith('dead '))?.stacks ?? null,
  };
}
