import type { Inode } from '../model/inode.ts';
import type { LsofRow } from '../model/tool-row.ts';
import type { ToolReading } from '../model/tool-reading.ts';

/** Adds the protocol names that lsof read from the xattr of sockets to those that were read without it, which win. */
export function withLsofNames(
  names: ReadonlyMap<Inode, string>,
  lsof: ToolReading<LsofRow>,
): ReadonlyMap<Inode, string> {
  if (lsof.kind !== 'read') return names;
  const all = new Map<Inode, string>();
  for (const { inode, protocolName } of lsof.rows) {
    if (inode !== null && protocolName !== null) all.set(inode, protocolName);
  }
  for (const [inode, name] of names) all.set(inode, name);
  return all;
}
