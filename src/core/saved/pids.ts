import type { SavedSocket } from './part.ts';

/** The pids that rows name, ascending. */
export function pidsOf(rows: readonly { readonly pid: number | null }[]): readonly number[] {
  const pids = new Set<number>();
  for (const { pid } of rows) if (pid !== null) pids.add(pid);
  return [...pids].sort((a, b) => a - b);
}

/** The pids that hold sockets, ascending. */
export function pidsOfHolders(sockets: readonly SavedSocket[]): readonly number[] {
  return pidsOf(sockets.flatMap(({ holders }) => holders));
}
