import { toInode } from '../../src/core/model/inode.ts';
import type { LsofRow } from '../../src/core/model/tool-row.ts';

/** An IPv4 socket of process 4242, as every listing of lsof tells it. */
export const anLsofRow = (fd: number, inode: string, differs: Partial<LsofRow> = {}): LsofRow => ({
  pid: 4242,
  fd,
  fdText: `${fd}`,
  type: 'IPv4',
  inode: toInode(inode),
  name: '',
  protocolName: null,
  command: null,
  protocol: null,
  state: null,
  ...differs,
});

/** What lsof says of a TCP socket over IPv6 that it finds in no table. */
export const TCP6_UNLISTED = { type: 'sock', name: 'protocol: TCPv6', protocolName: 'TCPv6' } as const;
