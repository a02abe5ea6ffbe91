import type { SocketAsker } from '../../collect/autopsy.ts';
import type { Deadline } from '../../collect/deadline.ts';
import type { ProcessFolder } from '../../collect/process-folder.ts';
import type { Inode } from '../../core/model/inode.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
import type { Refusal } from '../../core/model/probe.ts';
import { Interrogation } from './interrogation.ts';
import { OpenSockets } from './open-sockets.ts';
import { type LookedFrom, NO_TABLES, type SocketLook, type SocketSight } from './socket-sight.ts';

export interface SocketLookRequest {
  readonly process: ProcessFolder;
  /** What asks the sockets in no table themselves, or why nothing does. */
  readonly autopsy: SocketAsker | Refusal;
  readonly autopsyDeadlineMs: number;
  /** When no more questions are begun. */
  readonly deadline: Deadline;
  /** The kernel's names of protocols that an earlier look read. */
  readonly names: ReadonlyMap<Inode, string>;
}

/**
 * The sandwich: socket tables after the descriptors, then the sockets that are in none of them, one by one and, after a pause,
 * again. What was closed in the meantime is dropped, what the tables list by then is taken from them, so that a busy process
 * yields no false orphan.
 */
export async function lookFirst(
  world: LookedFrom,
  request: SocketLookRequest,
  open: readonly OpenDescriptor[],
): Promise<SocketLook> {
  const sockets = open.filter(({ kind, inode }) => kind === 'socket' && inode !== null);
  const interrogation = new Interrogation(world.clock, request);
  if (sockets.length === 0) return new NoSockets(interrogation);
  const { process, deadline, names } = request;
  return await OpenSockets.look({ ...world, process, interrogation, deadline, names }, sockets);
}

class NoSockets implements SocketLook {
  readonly doubtful = 0;
  readonly sight: SocketSight;

  constructor({ evidence }: Interrogation) {
    this.sight = {
      tables: NO_TABLES,
      probes: evidence,
      protocolNames: new Map(),
      dropped: new Set(),
      active: new Set(),
      steady: new Set(),
      moved: [],
    };
  }

  async again(): Promise<SocketLook> {
    return this;
  }

  async againAtOnce(): Promise<SocketLook> {
    return this;
  }
}
