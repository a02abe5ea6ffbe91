import type { Kind } from '../model/descriptor.ts';
import type { TcpState } from '../model/socket.ts';
import type { VerdictName } from '../model/verdict.ts';
import type { FindingId } from '../diagnose/index.ts';

/** Pages beside those of findings: `docs/topics/<id>.md`. */
export const TOPICS = ['not-sockets', 'kubernetes', 'many-opens', 'ss-kill', 'close-from-outside', 'where'] as const;

export type PageId = FindingId | (typeof TOPICS)[number];

/** What a word means in a sentence or two, and the page that says more; null where that is all. */
export type Entry = readonly [says: string, page: PageId | null];

/** The page that says more of a verdict; its meaning is in its own table. */
export const VERDICT_PAGES = {
  orphaned: 'orphaned-sockets',
  'peer-closed': 'peer-closed-pile-up',
  'half-closed': 'half-closed-pile-up',
  'connect-failed': 'failed-connects-kept',
  fresh: 'failed-connects-kept',
  bound: 'failed-connects-kept',
  'closed-listener': 'failed-connects-kept',
  established: 'silent-connections',
  listening: 'listeners-unattended',
  connecting: 'failed-connects-kept',
  closing: 'half-closed-pile-up',
  unlisted: 'unlisted-sockets',
  'peer-gone': 'unix-peers-gone',
  datagram: 'many-opens',
  untabulated: 'many-opens',
  undecided: 'partial-view',
  'in-use': 'not-sockets',
} as const satisfies Record<VerdictName, PageId>;

/** @see tcp(7), netstat(8) */
export const STATES = {
  UNKNOWN: ['A number that no kernel had when this was written.', null],
  ESTABLISHED: [
    'The connection is open in both directions. How long it has been idle says more.',
    'silent-connections',
  ],
  SYN_SENT: ['connect() has asked, the peer has not answered yet.', 'failed-connects-kept'],
  SYN_RECV: [
    'A peer has asked and was answered; the connection is not complete. The kernel holds it, no descriptor.',
    null,
  ],
  NEW_SYN_RECV: ['As SYN_RECV, inside the kernel. No descriptor.', null],
  FIN_WAIT1: ['This process has ended its direction; the peer has not confirmed it.', 'half-closed-pile-up'],
  FIN_WAIT2: ['This process has ended its direction; the peer goes on sending, or never ends.', 'half-closed-pile-up'],
  TIME_WAIT: [
    'The connection is over; the kernel keeps its ports for 60 s. It has no descriptor and is never a descriptor leak: it can use up ports, not numbers.',
    null,
  ],
  CLOSE: [
    'The connection is over. A descriptor may still be open on it: in no table, `sock 0,9` in lsof.',
    'orphaned-sockets',
  ],
  CLOSE_WAIT: [
    'The peer has closed, this process has not. It stays so until the program calls close().',
    'peer-closed-pile-up',
  ],
  LAST_ACK: ['Both have ended, the last confirmation is missing. The kernel ends it by itself.', null],
  LISTEN: ['A socket that accepts connections.', 'listeners-unattended'],
  CLOSING: ['Both ended at the same time. The kernel ends it by itself.', null],
  BOUND_INACTIVE: ['bind() and nothing more.', 'failed-connects-kept'],
} as const satisfies Record<TcpState, Entry>;

export const KIND_WORDS = {
  socket: ['A connection, a listener, or a datagram or unix socket. Its state says what it is.', 'orphaned-sockets'],
  pipe: ['One end of a pipe between two processes or threads.', 'pipes-without-end'],
  fifo: ['A pipe with a name in the file system.', 'pipes-without-end'],
  file: ['A regular file.', 'opened-many-times'],
  directory: ['An open directory: opendir(3) without closedir(3), where it repeats.', 'opened-many-times'],
  'character-device': ['A device such as /dev/null, a terminal or a GPU.', 'not-sockets'],
  'block-device': ['A disk, opened as such.', 'not-sockets'],
  epoll: ['A set of descriptors to wait on: an event loop.', 'descriptors-unwatched'],
  eventfd: ['A counter that threads wake each other with. Runtimes have one for each event loop.', 'not-sockets'],
  timerfd: ['A timer that can be waited on.', 'not-sockets'],
  signalfd: ['Signals that can be read.', 'not-sockets'],
  inotify: ['A watcher of files. A user may have 128 of them by default, over all processes.', 'near-quota'],
  fanotify: ['A watcher of whole file systems. A user may have 128 of them by default.', 'near-quota'],
  pidfd: ['A handle on a process.', 'ended-processes-held'],
  memfd: ['Memory with a descriptor: a buffer that processes share.', 'not-sockets'],
  'io-uring': [
    'A queue of requests to the kernel; files registered with it stay open without a descriptor.',
    'not-sockets',
  ],
  userfaultfd: ['Page faults that the program handles itself.', 'not-sockets'],
  'perf-event': ['A counter or a probe of perf.', 'not-sockets'],
  bpf: ['A map, program or link of BPF. Opened by id again and again, it leaks.', 'opened-many-times'],
  namespace: ['A handle that keeps a namespace alive.', 'namespaces-held'],
  anon: ['An anonymous object of a kind that this version does not know.', 'not-sockets'],
  other: ['Of no known kind.', 'not-sockets'],
} as const satisfies Record<Kind, Entry>;

const IN_WHERE = [
  'It has a section there: how to find the call that opens, and the code that holds.',
  'where',
] as const;

const IDLE_LOOP = [
  'An epoll set and what wakes it: it watches nothing else, so it serves nobody.',
  'descriptors-unwatched',
] as const;

/** Errors, first words of an answer, and what else stands in one. */
export const OTHER_WORDS = {
  EMFILE: [
    '"Too many open files": this process has no number left below its soft limit, or a quota of its user is used up.',
    'near-limit',
  ],
  'too many open files': [
    'EMFILE: this process has no number left below its soft limit, or a quota of its user is used up.',
    'near-limit',
  ],
  'too many open files in system': ['ENFILE: fs.file-max of the machine is reached.', 'near-quota'],
  EBADF: [
    '"Bad file descriptor": the number is closed. Where it was closed twice, another file may have been hit.',
    'close-from-outside',
  ],
  'errno 24': ['EMFILE, "Too many open files".', 'near-limit'],
  24: ['As an errno EMFILE, "Too many open files".', 'near-limit'],
  ENFILE: ['"Too many open files in system": fs.file-max of the machine is reached.', 'near-quota'],
  ENOSPC: [
    '"No space left on device", from inotify_add_watch, epoll_ctl or /dev/ptmx: a quota is used up, not a disk.',
    'near-quota',
  ],
  ECONNRESET: [
    '"Connection reset by peer": the connection is over. Its descriptor stays until the program closes it.',
    'orphaned-sockets',
  ],
  ETIMEDOUT: [
    '"Connection timed out": the peer vanished, and keepalive or retransmission gave up. Its descriptor stays until the program closes it.',
    'orphaned-sockets',
  ],
  EPIPE: [
    '"Broken pipe": the other end is gone. The descriptor stays until the program closes it.',
    'pipes-without-end',
  ],
  ECONNREFUSED: [
    '"Connection refused": nobody listens there. A socket whose connect() failed still has to be closed.',
    'failed-connects-kept',
  ],
  EHOSTUNREACH: ['"No route to host". A socket whose connect() failed still has to be closed.', 'failed-connects-kept'],
  EADDRNOTAVAIL: [
    '"Cannot assign requested address": no local port is left for this peer. Ports are used up, not descriptors.',
    null,
  ],
  EAGAIN: ['"Resource temporarily unavailable": nothing to read or write yet. No sign of a leak.', null],
  zombie: [
    'A process that has ended and that its parent has not reaped. It has no descriptors; a pidfd on it is one of its holder.',
    'ended-processes-held',
  ],
  ETOOMANYREFS: ['Too many descriptors are in flight over unix sockets.', 'descriptors-in-flight'],
  RLIMIT_NOFILE: [
    'The limit of descriptors of a process: new ones get numbers below the soft one; its owner may raise that to the hard one.',
    'near-limit',
  ],
  ulimit: ["The shell's name for limits; `ulimit -n` is RLIMIT_NOFILE of what it starts.", 'near-limit'],
  quota: ['A limit of a user or of the machine beside RLIMIT_NOFILE.', 'near-quota'],
  quotas: ['Limits of a user or of the machine beside RLIMIT_NOFILE.', 'near-quota'],
  LEAK: ['Some descriptors are leaked for certain. Exit status 1.', 'orphaned-sockets'],
  FULL: ['No number is left: the next open fails. Exit status 1.', 'near-limit'],
  SUSPECT: ['Strong signs of a leak, or an error about something else.', 'many-opens'],
  OK: ['No descriptor looks leaked at this moment. One look cannot see growth.', 'many-opens'],
  'CANNOT TELL': ['What would decide could not be read. Exit status 3.', 'partial-view'],
  GROWING: ['A place took more than it gave back, in a watch.', 'many-opens'],
  certain: [
    'Dead for longer than any request lasts, and more of them than threads that could be at work.',
    'orphaned-sockets',
  ],
  dead: ['A connection that is over while its descriptor is open.', 'orphaned-sockets'],
  'sock 0,9': ['How lsof shows a socket that is in no table: often a dead connection, not always.', 'orphaned-sockets'],
  sock: ['How lsof shows a socket that is in no table: often a dead connection, not always.', 'orphaned-sockets'],
  'protocol: TCP': [
    'How lsof shows a TCP socket that is in no table: often a dead connection, not always.',
    'orphaned-sockets',
  ],
  "can't identify protocol": [
    'How lsof shows a socket that is in no table: often a dead connection, not always.',
    'orphaned-sockets',
  ],
  place: [
    'Where descriptors came from or lead to: a listener, a peer, a path. A leak is a place that only takes.',
    'many-opens',
  ],
  autopsy: ['A dead socket asked itself, through a duplicate: its past, its ports, its peer.', 'orphaned-sockets'],
  dup: ['Makes a copy of a descriptor: both are one open file, with one offset.', 'duplicated-many-times'],
  'dup(2)': ['Makes a copy of a descriptor: both are one open file, with one offset.', 'duplicated-many-times'],
  'event loop': ['An epoll set with the timers and eventfds that it watches.', 'descriptors-unwatched'],
  'epoll + eventfd': IDLE_LOOP,
  'epoll + pipe': IDLE_LOOP,
  'epoll + unix pair': IDLE_LOOP,
  'epoll + wakers': IDLE_LOOP,
  'non-socket': ['A descriptor of anything but a socket.', 'not-sockets'],
  k8s: ['Kubernetes.', 'kubernetes'],
  container: ['A process in namespaces and limits of its own.', 'kubernetes'],
  'ss -K': ['Ends connections, and frees no descriptor.', 'ss-kill'],
  C: IN_WHERE,
  'C++': IN_WHERE,
  Rust: IN_WHERE,
  Go: IN_WHERE,
  golang: IN_WHERE,
  Java: IN_WHERE,
  JVM: IN_WHERE,
  Node: IN_WHERE,
  'Node.js': IN_WHERE,
  Python: IN_WHERE,
  Ruby: IN_WHERE,
  PHP: IN_WHERE,
  nginx: IN_WHERE,
  gdb: ['A debugger can make a process close a descriptor.', 'close-from-outside'],
} as const satisfies Readonly<Record<string, Entry>>;
