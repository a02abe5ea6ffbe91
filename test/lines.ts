import { readFileSync } from 'node:fs';

/** Lines as the kernel prints them: a test says only what differs from an ordinary one. */

export const INET_HEADER =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
export const UNIX_HEADER = 'Num       RefCount Protocol Flags    Type St Inode Path';
export const NETLINK_HEADER =
  'sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode';
export const PACKET_HEADER = 'sk               RefCnt Type Proto  Iface R Rmem   User   Inode';
export const PROTOCOLS_HEADER =
  'protocol  size sockets  memory press maxhdr  slab module     cl co di ac io in de sh ss gs se re bi br ha uh gp em';
export const LIMITS_HEADER = 'Limit                     Soft Limit           Hard Limit           Units     ';

/** A whole file: the kernel ends every line with a newline. */
export const table = (header: string, ...lines: readonly string[]): string => [header, ...lines, ''].join('\n');

export const hex = (value: number | bigint, width: number): string =>
  value.toString(16).toUpperCase().padStart(width, '0');

/** A listener on 127.0.0.1:8080 with three connections waiting. */
export function inetLine({
  sl = '0',
  local = '0100007F:1F90',
  remote = '00000000:0000',
  st = '0A',
  queues = '00000000:00000003',
  timer = '00:00000000',
  uid = '1000',
  inode = '39309',
  rest = ' 1 000000002b9a9abf 100 0 0 10 0',
} = {}): string {
  const retransmits = '00000000';
  return `${sl.padStart(4)}: ${local} ${remote} ${st} ${queues} ${timer} ${retransmits} ${uid.padStart(5)}        0 ${inode}${rest}`;
}

export const inet6Line = (cells: Parameters<typeof inetLine>[0] = {}): string =>
  inetLine({ local: `${'0'.repeat(32)}:1F90`, remote: `${'0'.repeat(32)}:0000`, ...cells });

/** A connected stream socket without a name. */
export function unixLine({
  pointer = '00000000290640a8',
  flags = '00000000',
  type = '0001',
  st = '03',
  inode = '1055',
  path = '',
} = {}): string {
  const name = path === '' ? '' : ` ${path}`;
  return `${pointer}: 00000003 00000000 ${flags} ${type} ${st} ${inode.padStart(5)}${name}`;
}

/** A socket of sock-diag. */
export const netlinkLine = ({ eth = '4', inode = '566' } = {}): string =>
  `0000000035668855 ${eth.padEnd(3)} 0          00000000 0        0        0     2        0        ${inode.padEnd(8)}`;

export const packetLine = ({ type = '3', inode = '16109' } = {}): string =>
  `00000000c2c7f8b1 3      ${type.padEnd(4)} 0003   0     1 0      0      ${inode.padEnd(6)}`;

export const protocolLine = ({ name = 'TCPv6', size = '2544', sockets = '5' } = {}): string =>
  `${name.padEnd(9)} ${size.padStart(4)} ${sockets.padStart(6)}     234   no     320   yes  kernel      y  y  y  y`;

export const limitLine = ({ name = 'Max open files', soft = '1024', hard = '524288', unit = 'files' } = {}): string =>
  `${name.padEnd(25)} ${soft.padEnd(20)} ${hard.padEnd(20)} ${unit.padEnd(10)}`;

export function statLine({
  comm = 'node',
  state = 'S',
  ppid = '1',
  flags = '4194560',
  threads = '11',
  startTicks = '918273',
} = {}): string {
  return `4242 (${comm}) ${state} ${ppid} 4242 4242 0 -1 ${flags} 1883 0 0 0 12 3 0 0 20 0 ${threads} 0 ${startTicks} 1 2\n`;
}

/** A file below `fixtures/`, one character per byte. */
export const fixture = (path: string): string =>
  readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'latin1');

/** A file of this machine's own /proc, one character per byte. */
export const proc = (path: string): string => readFileSync(`/proc/${path}`, 'latin1');
