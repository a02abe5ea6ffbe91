import type { Cell } from './row.ts';

/** Which lives: all, or those of one descriptor number, or of one inode. */
export type LifeChoice =
  | { readonly by: 'all' }
  | { readonly by: 'suspect' }
  | { readonly by: 'open' }
  | { readonly by: 'fd'; readonly fd: number }
  | { readonly by: 'inode'; readonly inode: string };

export function toCondition(choice: LifeChoice): { readonly where: string; readonly cells: readonly Cell[] } {
  if (choice.by === 'fd') return { where: 'fd = ?', cells: [choice.fd] };
  if (choice.by === 'inode') return { where: 'inode = ?', cells: [choice.inode] };
  return { where: { all: '1', suspect: 'suspect = 1', open: 'last_seen IS NULL' }[choice.by], cells: [] };
}
