import type { SocketTables } from '../core/model/socket-tables.ts';
import type { ProcFs } from './proc-fs.ts';
import { readNetns, readSocketTables } from './socket-tables.ts';

export interface Namespaces {
  readonly tables: readonly SocketTables[];
  /** Processes whose namespace could not be told; a namespace only they live in was not searched. */
  readonly denied: number;
}

/**
 * Reads the socket tables of every network namespace that some process lives in, but for those in `except`.
 * Plain reads of `/proc/<one pid there>/net`, no setns(2). A namespace that no process lives in stays unseen.
 *
 * `/proc/<pid>/ns/net` may be denied where `/proc/<pid>/net` is not; such a process is counted in `denied`.
 */
export function readOtherNamespaces(
  proc: ProcFs,
  except: ReadonlySet<string>,
  wants: (inode: string) => boolean,
): Namespaces {
  const seen = new Set(except);
  const tables: SocketTables[] = [];
  let denied = 0;
  const names = proc.names('.');
  if (names.kind !== 'read') return { tables, denied: 1 };
  for (const name of names.value) {
    if (!/^\d+$/.test(name)) continue;
    const netns = readNetns(proc, name);
    if (netns === null) {
      if (proc.link(`${name}/ns/net`).kind === 'denied') denied++;
      continue;
    }
    if (seen.has(netns)) continue;
    seen.add(netns);
    tables.push(readSocketTables(proc, name, wants));
  }
  return { tables, denied };
}
