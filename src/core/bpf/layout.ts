import type { Width } from './assembler.ts';

/** Changes with the fields below: offsets kept for others are then of no use. */
export const LAYOUT_VERSION = 2;

/** What a path starts at: what the kernel hands the program, and what the program makes of it. */
export type Root = 'task' | 'file' | 'sock' | 'tcp' | 'unix';

/** A value of the kernel, and where it lies in the record. */
export interface Field {
  readonly root: Root;
  /** Members by their names, `->` where a pointer is followed. */
  readonly path: string;
  readonly at: number;
  readonly width: Width;
}

/** What a record is; by this its length, but for the path that ends a file's. */
export const RECORD_KINDS = { file: 0, socket: 1, tcp: 2, unix: 3 } as const;

/** Values that the program itself puts in. */
export const RECORD = {
  lengthBytes: 0,
  kind: 4,
  fd: 16,
  file: 24,
  walkedAtNs: 72,
  jiffies: 80,
  fileEnd: 88,
  sock: 88,
  socketEnd: 184,
  unixEnd: 200,
  tcpEnd: 248,
} as const;

/** Of every descriptor. */
export const FILE_FIELDS = {
  tgid: { root: 'task', path: 'tgid', at: 8, width: 4 },
  tid: { root: 'task', path: 'pid', at: 12, width: 4 },
  flags: { root: 'file', path: 'f_flags', at: 20, width: 4 },
  inode: { root: 'file', path: 'f_inode->i_ino', at: 32, width: 8 },
  mode: { root: 'file', path: 'f_inode->i_mode', at: 40, width: 2 },
  device: { root: 'file', path: 'f_inode->i_sb->s_dev', at: 44, width: 4 },
  epoll: { root: 'file', path: 'f_ep', at: 48, width: 8 },
  /** Of the process, whichever its sockets are in. */
  netns: { root: 'task', path: 'nsproxy->net_ns->ns.inum', at: 56, width: 4 },
  links: { root: 'file', path: 'f_inode->__i_nlink', at: 60, width: 4 },
  // Of a pipe only: the pointer is one of a union.
  readers: { root: 'file', path: 'f_inode->i_pipe->readers', at: 64, width: 4 },
  writers: { root: 'file', path: 'f_inode->i_pipe->writers', at: 68, width: 4 },
} as const satisfies Record<string, Field>;

/** Of every socket. The two addresses are of one place for IPv4 and of another for IPv6; 16 bytes are read as two words. */
export const SOCKET_FIELDS = {
  netns: { root: 'sock', path: '__sk_common.skc_net.net->ns.inum', at: 96, width: 4 },
  error: { root: 'sock', path: 'sk_err', at: 100, width: 4 },
  family: { root: 'sock', path: '__sk_common.skc_family', at: 104, width: 2 },
  type: { root: 'sock', path: 'sk_type', at: 106, width: 2 },
  protocol: { root: 'sock', path: 'sk_protocol', at: 108, width: 2 },
  state: { root: 'sock', path: '__sk_common.skc_state', at: 110, width: 1 },
  shutdown: { root: 'sock', path: 'sk_shutdown', at: 111, width: 1 },
  remote4: { root: 'sock', path: '__sk_common.skc_daddr', at: 112, width: 4 },
  local4: { root: 'sock', path: '__sk_common.skc_rcv_saddr', at: 116, width: 4 },
  remote6: { root: 'sock', path: '__sk_common.skc_v6_daddr', at: 120, width: 8 },
  local6: { root: 'sock', path: '__sk_common.skc_v6_rcv_saddr', at: 136, width: 8 },
  remotePort: { root: 'sock', path: '__sk_common.skc_dport', at: 152, width: 2 },
  boundPort: { root: 'sock', path: '__sk_common.skc_num', at: 154, width: 2 },
  receiveMemory: { root: 'sock', path: 'sk_backlog.rmem_alloc.counter', at: 160, width: 4 },
  waiting: { root: 'sock', path: 'sk_ack_backlog', at: 164, width: 4 },
  backlog: { root: 'sock', path: 'sk_max_ack_backlog', at: 168, width: 4 },
  setAsideMemory: { root: 'sock', path: 'sk_forward_alloc', at: 172, width: 4 },
  cookie: { root: 'sock', path: '__sk_common.skc_cookie.counter', at: 176, width: 8 },
} as const satisfies Record<string, Field>;

/** Of TCP, dead or alive. */
export const TCP_FIELDS = {
  localPort: { root: 'tcp', path: 'inet_conn.icsk_inet.inet_sport', at: 156, width: 2 },
  lastEventUs: { root: 'tcp', path: 'tcp_mstamp', at: 184, width: 8 },
  lastAckJiffies: { root: 'tcp', path: 'rcv_tstamp', at: 192, width: 4 },
  receiveMss: { root: 'tcp', path: 'inet_conn.icsk_ack.rcv_mss', at: 196, width: 2 },
  receiveSpace: { root: 'tcp', path: 'rcvq_space.space', at: 200, width: 4 },
  receiveNext: { root: 'tcp', path: 'rcv_nxt', at: 204, width: 4 },
  readUpTo: { root: 'tcp', path: 'copied_seq', at: 208, width: 4 },
  routeMtu: { root: 'tcp', path: 'inet_conn.icsk_pmtu_cookie', at: 212, width: 4 },
  bytesReceived: { root: 'tcp', path: 'bytes_received', at: 216, width: 8 },
  bytesAcked: { root: 'tcp', path: 'bytes_acked', at: 224, width: 8 },
  lastSentJiffies: { root: 'tcp', path: 'lsndtime', at: 232, width: 4 },
  lastReceivedJiffies: { root: 'tcp', path: 'inet_conn.icsk_ack.lrcvtime', at: 236, width: 4 },
  // Bit 1, SOCK_DONE: the peer's FIN came, which counts as a byte.
  socketFlags: { root: 'sock', path: '__sk_common.skc_flags', at: 240, width: 8 },
} as const satisfies Record<string, Field>;

/** Of unix sockets: the peer, and whether some process still holds it. */
export const UNIX_FIELDS = {
  peer: { root: 'unix', path: 'peer', at: 184, width: 8 },
  peerHolder: { root: 'unix', path: 'peer->sk_socket', at: 192, width: 8 },
} as const satisfies Record<string, Field>;

/** Members of 16 bytes, which two loads of 8 copy. */
export const WIDE: ReadonlySet<Field> = new Set([SOCKET_FIELDS.remote6, SOCKET_FIELDS.local6]);

export const ALL_FIELDS: readonly Field[] = [FILE_FIELDS, SOCKET_FIELDS, TCP_FIELDS, UNIX_FIELDS].flatMap((fields) =>
  Object.values<Field>(fields),
);
