import type { SocketTables } from '../../core/model/socket-tables.ts';

/** What is in no table by now rests on both readings: what the second could not read is missing as well. */
export function withAgain(own: SocketTables, again: SocketTables): SocketTables {
  return {
    ...own,
    byInode: new Map([...again.byInode, ...own.byInode]),
    missing: own.missing.length > 0 ? own.missing : again.missing,
    faults: own.faults.length > 0 ? own.faults : again.faults,
  };
}
