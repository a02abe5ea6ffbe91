import type { Deadline } from '../../collect/deadline.ts';
import { readComm, readCommandLine } from '../../collect/process-identity.ts';
import { readProcessFolder } from '../../collect/process-folder.ts';
import { isLeaving } from '../../core/evidence/old-workers.ts';
import type { OldWorker } from '../../core/model/inspection.ts';
import type { World } from '../world.ts';

/** Children beyond these are not asked. */
const MOST_CHILDREN = 256;
const SOCKET = /^socket:\[(\d+)\]$/;

/**
 * The workers of an earlier generation that a process still has, by the titles of its children, and what they hold. null where the kernel
 * does not list children.
 *
 * @see proc_pid_task_children(5)
 */
export async function readOldWorkers(
  world: World,
  pid: number,
  deadline: Deadline,
): Promise<readonly OldWorker[] | null> {
  const { proc } = world;
  const children = proc.text(`${pid}/task/${pid}/children`);
  if (children.kind !== 'read') return null;
  const pids = children.value.split(' ').filter((one) => /^\d+$/.test(one));
  const workers: OldWorker[] = [];
  for (const child of pids.slice(0, MOST_CHILDREN)) {
    if (await deadline.hasPassed()) break;
    if (!isLeaving(readCommandLine(proc, Number(child)))) continue;
    workers.push({
      pid: Number(child),
      comm: readComm(proc, child),
      ...(await countSockets(world, Number(child), deadline)),
    });
  }
  return workers;
}

const NOT_COUNTED = { connections: null, listeners: null } as const;

async function countSockets(
  { proc, network }: World,
  pid: number,
  deadline: Deadline,
): Promise<Pick<OldWorker, 'connections' | 'listeners'>> {
  const names = proc.names(`${pid}/fd`);
  if (names.kind !== 'read') return NOT_COUNTED;
  const inodes = new Set<string>();
  for (const fd of names.value) {
    if (await deadline.hasPassed()) return NOT_COUNTED;
    const link = proc.link(`${pid}/fd/${fd}`);
    const [, inode] = link.kind === 'read' ? (SOCKET.exec(link.value) ?? []) : [];
    if (inode !== undefined) inodes.add(inode);
  }
  const { byInode } = await network.own(readProcessFolder(proc, pid), { inodes, sinceMs: null, deadline });
  const states = [...byInode.values()].flatMap(({ table, row }) =>
    table === 'tcp' || table === 'tcp6' ? row.state : [],
  );
  return {
    connections: states.filter((state) => state === 'ESTABLISHED').length,
    listeners: states.filter((state) => state === 'LISTEN').length,
  };
}
