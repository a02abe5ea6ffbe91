import type { SocketTables } from '../core/model/socket-tables.ts';
import type { ProcFs } from './proc-fs.ts';
import type { ProcessFolder } from './process-folder.ts';
import { readSocketTables, type TablesRequest } from './socket-tables.ts';

export type NamespacesRequest = Pick<TablesRequest, 'wants' | 'reads' | 'deadline'>;

export interface OtherNamespaces {
  readonly tables: readonly SocketTables[];
  /** Processes whose namespace could not be told, and namespaces that could not be read whole: what only they hold was not found. */
  readonly denied: number;
}

/**
 * Reads the socket tables of every network namespace that some process lives in, but for that of `process`, whose threads may
 * each live in one of their own. Plain reads of `/proc/<one pid there>/net`, no setns(2). A namespace
 * that no process lives in stays unseen.
 *
 * Namespaces are told apart by the inode of their `net/tcp`, which every user may ask: each has a tree of its own below /proc.
 * `/proc/<pid>/ns/net` may be denied even to root; where it is not, it tells sooner that a namespace was seen before.
 */
export async function readOtherNamespaces(
  process: ProcessFolder,
  request: NamespacesRequest,
): Promise<OtherNamespaces> {
  const { proc, pid, calls } = process;
  const own = treeOf(proc, process.path());
  if (own === null || own === 'denied') return { tables: [], denied: 1 };
  const seen = new Set([own]);
  const seenLinks = new Set([linkOf(proc, process.path())]);
  const tables: SocketTables[] = [];
  const names = proc.names('.');
  if (names.kind !== 'read') return { tables, denied: 1 };
  // A /proc that does not even show process 1 hides some (hidepid): nobody can say how many.
  let denied = names.value.includes('1') ? 0 : 1;
  const threads = proc.names(`${pid}/task`);
  const ownThreads = threads.kind === 'read' ? threads.value.map((tid) => `${pid}/task/${tid}`) : [];
  for (const name of [...ownThreads, ...names.value.filter((one) => /^\d+$/.test(one))]) {
    if (request.deadline.isOver()) return { tables, denied: denied + 1 };
    await request.deadline.rest();
    const link = linkOf(proc, name);
    if (link !== null && seenLinks.has(link)) continue;
    const tree = treeOf(proc, name);
    if (tree === 'denied') denied++;
    if (tree === null || tree === 'denied') continue;
    seenLinks.add(link);
    if (seen.has(tree)) continue;
    seen.add(tree);
    const read = await readSocketTables(proc, name, { ...request, calls });
    if (read.missing.length > 0) denied++;
    tables.push(read);
  }
  return { tables, denied };
}

/** `net:[4026531840]`; null where it may not be asked. */
function linkOf(proc: ProcFs, folder: string): string | null {
  const link = proc.link(`${folder}/ns/net`);
  return link.kind === 'read' ? link.value : null;
}

/** The inode of `net/tcp` below `folder`; null when the process is gone. */
function treeOf(proc: ProcFs, folder: string): string | null {
  const stat = proc.stat(`${folder}/net/tcp`);
  if (stat.kind === 'read') return stat.value.ino.toString();
  return stat.kind === 'gone' ? null : 'denied';
}
