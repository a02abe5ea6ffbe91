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

const fieldOf =
  (root: Root) =>
  (path: string, at: number, width: Width): Field => ({ root, path, at, width });

const ofTask = fieldOf('task');
const ofFile = fieldOf('file');
const ofSock = fieldOf('sock');
const ofTcp = fieldOf('tcp');
const ofUnix = fieldOf('unix');

/** Of every descriptor. */
export const FILE_FIELDS = {
  tgid: ofTask('tgid', 8, 4),
  tid: ofTask('pid', 12, 4),
  flags: ofFile('f_flags', 20, 4),
  inode: ofFile('f_inode->i_ino', 32, 8),
  mode: ofFile('f_inode->i_mode', 40, 2),
  device: ofFile('f_inode->i_sb->s_dev', 44, 4),
  epoll: ofFile('f_ep', 48, 8),
  /** Of the process, whichever its sockets are in. */
  netns: ofTask('nsproxy->net_ns->ns.inum', 56, 4),
  links: ofFile('f_inode->__i_nlink', 60, 4),
  // Of a pipe only: the pointer is one of a union.
  readers: ofFile('f_inode->i_pipe->readers', 64, 4),
  writers: ofFile('f_inode->i_pipe->writers', 68, 4),
};

/** Of every socket. The two addresses are of one place for IPv4 and of another for IPv6; 16 bytes are read as two words. */
export const SOCKET_FIELDS = {
  netns: ofSock('__sk_common.skc_net.net->ns.inum', 96, 4),
  error: ofSock('sk_err', 100, 4),
  family: ofSock('__sk_common.skc_family', 104, 2),
  type: ofSock('sk_type', 106, 2),
  protocol: ofSock('sk_protocol', 108, 2),
  state: ofSock('__sk_common.skc_state', 110, 1),
  shutdown: ofSock('sk_shutdown', 111, 1),
  remote4: ofSock('__sk_common.skc_daddr', 112, 4),
  local4: ofSock('__sk_common.skc_rcv_saddr', 116, 4),
  remote6: ofSock('__sk_common.skc_v6_daddr', 120, 8),
  local6: ofSock('__sk_common.skc_v6_rcv_saddr', 136, 8),
  remotePort: ofSock('__sk_common.skc_dport', 152, 2),
  boundPort: ofSock('__sk_common.skc_num', 154, 2),
  receiveMemory: ofSock('sk_backlog.rmem_alloc.counter', 160, 4),
  waiting: ofSock('sk_ack_backlog', 164, 4),
  backlog: ofSock('sk_max_ack_backlog', 168, 4),
  setAsideMemory: ofSock('sk_forward_alloc', 172, 4),
  cookie: ofSock('__sk_common.skc_cookie.counter', 176, 8),
};

/** Of TCP, dead or alive. */
export const TCP_FIELDS = {
  localPort: ofTcp('inet_conn.icsk_inet.inet_sport', 156, 2),
  lastEventUs: ofTcp('tcp_mstamp', 184, 8),
  lastAckJiffies: ofTcp('rcv_tstamp', 192, 4),
  receiveMss: ofTcp('inet_conn.icsk_ack.rcv_mss', 196, 2),
  receiveSpace: ofTcp('rcvq_space.space', 200, 4),
  receiveNext: ofTcp('rcv_nxt', 204, 4),
  readUpTo: ofTcp('copied_seq', 208, 4),
  routeMtu: ofTcp('inet_conn.icsk_pmtu_cookie', 212, 4),
  bytesReceived: ofTcp('bytes_received', 216, 8),
  bytesAcked: ofTcp('bytes_acked', 224, 8),
  lastSentJiffies: ofTcp('lsndtime', 232, 4),
  lastReceivedJiffies: ofTcp('inet_conn.icsk_ack.lrcvtime', 236, 4),
  // Bit 1, SOCK_DONE: the peer's FIN came, which counts as a byte.
  socketFlags: ofSock('__sk_common.skc_flags', 240, 8),
};

/** Of unix sockets: the peer, and whether some process still holds it. */
export const UNIX_FIELDS = {
  peer: ofUnix('peer', 184, 8),
  peerHolder: ofUnix('peer->sk_socket', 192, 8),
};

/** Members of 16 bytes, which two loads of 8 copy. */
export const WIDE: ReadonlySet<Field> = new Set([SOCKET_FIELDS.remote6, SOCKET_FIELDS.local6]);

export const ALL_FIELDS: readonly Field[] = [FILE_FIELDS, SOCKET_FIELDS, TCP_FIELDS, UNIX_FIELDS].flatMap((fields) =>
  Object.values<Field>(fields),
);
