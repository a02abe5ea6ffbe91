import type { Table } from '../model/fault.ts';
import { toInode } from '../model/inode.ts';
import type { NetlinkRow } from '../model/socket-row.ts';
import { isDecimal, Misfit, parseTable, toCells } from './table.ts';

/**
 * Names of the netlink protocols by their number; 1 is `usersock`. Numbers without a name are null.
 *
 * @see kernel include/uapi/linux/netlink.h
 */
export const NETLINK_PROTOCOLS: readonly (string | null)[] = [
  'route',
  null,
  'usersock',
  'firewall',
  'sock-diag',
  'nflog',
  'xfrm',
  'selinux',
  'iscsi',
  'audit',
  'fib-lookup',
  'connector',
  'netfilter',
  'ip6-fw',
  'dnrtmsg',
  'kobject-uevent',
  'generic',
  null,
  'scsitransport',
  'ecryptfs',
  'rdma',
  'crypto',
  'smc',
];

/**
 * Parses `/proc/<pid>/net/netlink`. Sockets that were never bound are not in it.
 *
 *     sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
 *     0000000035668855 4   0          00000000 0        0        0     2        0        566
 *
 * `Eth` is the protocol, `Pid` the port id. Never throws; lines that do not fit are in `faults`.
 *
 * @see kernel net/netlink/af_netlink.c netlink_native_seq_show()
 */
export function parseProcNetNetlink(text: string): Table<NetlinkRow> {
  return parseTable('proc-net-netlink', text, (line) => {
    const cells = toCells(line);
    const protocol = cells[1] ?? '';
    const inode = cells[9] ?? '';
    if (!isDecimal(protocol)) return new Misfit('Eth', protocol);
    if (!isDecimal(inode)) return new Misfit('Inode', inode);
    return { inode: toInode(inode), protocolNumber: Number(protocol) };
  });
}
