import type { ProcessFolder } from '../../collect/process-folder.ts';
import { readThreadWaits } from '../../collect/thread-waits.ts';
import { AWAITED, MANY_EVENTS } from '../../core/diagnose/events-unattended.ts';
import { EpollWatchers } from '../../core/evidence/epoll-watchers.ts';
import { Waiters } from '../../core/evidence/waiters.ts';
import type { Evidence } from '../../core/model/evidence.ts';
import type { World } from '../world.ts';
import type { Seen } from './around.ts';

/** Looks at what threads wait for: so many, a tenth of a second apart. A program that is busy waits between two pieces of its work. */
const LOOKS = 12;
const APART_MS = 100;
/** Of one core. A program that is busier may not be seen waiting. */
const BUSY = 0.5;

/**
 * What threads wait for, at a dozen looks where many timers and watches have nothing that waits on them at the first: a program that was
 * busy waits at some of them. Not known of one that is busy all the time.
 */
export async function readLastingWaits(
  world: World,
  process: ProcessFolder,
  { listed, epollSets, waits, deadline }: Pick<Seen, 'listed' | 'epollSets' | 'waits' | 'deadline'>,
): Promise<Evidence['waits']> {
  const events = listed.filter(({ kind }) => AWAITED.has(kind));
  if (waits?.kind !== 'read' || events.length < MANY_EVENTS) return waits;
  const watchers = new EpollWatchers(epollSets, listed);
  const waiters = new Waiters(waits);
  const unattended = events.filter((one) => watchers.of(one)?.length === 0 && waiters.of(one)?.length === 0);
  if (unattended.length < MANY_EVENTS) return waits;
  const threads = [...waits.threads];
  const [startedAt, cpuMs] = [world.clock.monotonicMs(), readCpuMs(process)];
  for (let look = 1; look < LOOKS; look += 1) {
    await deadline.pause(world.clock.sleep(APART_MS));
    const again = readThreadWaits(process, deadline);
    if (again.kind !== 'read') return again;
    threads.push(...again.threads);
  }
  const usedMs = readCpuMs(process) - cpuMs;
  const isIdle = usedMs < BUSY * (world.clock.monotonicMs() - startedAt);
  return isIdle
    ? { kind: 'read', threads }
    : { kind: 'not-read', because: 'it is too busy to be seen waiting', threads: null };
}

const MS_PER_TICK = 10;

/** Processor time of all threads; not a number where it cannot be read. @see proc_pid_stat(5), utime and stime */
function readCpuMs({ proc, pid }: ProcessFolder): number {
  const text = proc.text(`${pid}/stat`);
  const cells = text.kind === 'read' ? text.value.slice(text.value.lastIndexOf(')') + 2).split(' ') : [];
  return (Number(cells[11]) + Number(cells[12])) * MS_PER_TICK;
}
