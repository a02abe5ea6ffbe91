import type { Kind } from '../../src/core/model/descriptor.ts';
import type { Cause, VerdictName } from '../../src/core/model/verdict.ts';

/**
 * What `fdleak inspect --json` must say of a specimen of the zoo, as root with all sources. A field that is left out is not
 * asserted, save `cause` (null but for orphans) and `foreign` (false but where said). Leaks are left out: they depend on time.
 */
export interface Expected {
  readonly kind: Kind;
  readonly verdict: VerdictName;
  readonly cause?: Cause;
  readonly protocol?: string;
  readonly foreign?: true;
  readonly deleted?: boolean;
  /** Labels of the other descriptors of its open file. */
  readonly sharedWith?: readonly string[];
  /** Labels of the epoll descriptors that watch it; null where that cannot be known. */
  readonly watchedBy?: readonly string[] | null;
  /** Labels of the listeners in `acceptedOn`. */
  readonly listeners?: readonly string[];
}

type Table = Readonly<Record<string, Expected>>;

const socket = (verdict: VerdictName, protocol?: string): Expected =>
  protocol === undefined ? { kind: 'socket', verdict } : { kind: 'socket', verdict, protocol };

const orphan = (protocol: string, cause: Cause, listeners?: readonly string[]): Expected => ({
  ...socket('orphaned', protocol),
  cause,
  ...(listeners === undefined ? {} : { listeners }),
});

const inUse = (kind: Kind, more: Partial<Expected> = {}): Expected => ({ kind, verdict: 'in-use', ...more });

/** Labels with a prefix: `fresh` of `tcp4` is `tcp4-fresh`. */
function under(prefix: string, table: Table): Table {
  return Object.fromEntries(Object.entries(table).map(([label, expected]) => [`${prefix}-${label}`, expected]));
}

function elsewhere(table: Table): Table {
  return Object.fromEntries(
    Object.entries(table).map(([label, expected]) => [label, { ...expected, foreign: true as const }]),
  );
}

function tcp(name: string): Table {
  const own = [`${name}-listening`];
  return under(name, {
    listening: socket('listening', 'tcp'),
    'listening-full': socket('listening', 'tcp'),
    established: socket('established', 'tcp'),
    'peer-closed': { ...socket('peer-closed', 'tcp'), listeners: own },
    'fin-wait1': { ...socket('half-closed', 'tcp'), listeners: own },
    'fin-wait2': { ...socket('half-closed', 'tcp'), listeners: own },
    'last-ack': socket('closing', 'tcp'),
    closing: socket('closing', 'tcp'),
    'syn-sent': socket('connecting', 'tcp'),
    'syn-recv': socket('connecting', 'tcp'),
    'orphaned-reset': orphan('tcp', 'reset', own),
    'orphaned-reset-told-by-getsockopt': orphan('tcp', 'ended', own),
    'orphaned-reset-told-by-recv': orphan('tcp', 'ended', own),
    'orphaned-reset-unread': orphan('tcp', 'reset', own),
    'orphaned-reset-before-accept': orphan('tcp', 'reset', own),
    'orphaned-reset-outgoing': orphan('tcp', 'reset', []),
    'orphaned-listener-gone': orphan('tcp', 'reset', []),
    'orphaned-ended-by-us-first': orphan('tcp', 'ended', own),
    'orphaned-ended-by-peer-first': orphan('tcp', 'ended', own),
    'orphaned-keepalive': orphan('tcp', 'timed-out', own),
    'orphaned-retransmission': orphan('tcp', 'timed-out', own),
    // The kernel leaves ECONNRESET pending: by the contract's words an error is pending.
    'orphaned-dissolved': orphan('tcp', 'unknown', own),
    'connect-refused': socket('connect-failed', 'tcp'),
    'connect-refused-nonblocking': socket('connect-failed', 'tcp'),
    'connect-refused-nonblocking-told': socket('connect-failed', 'tcp'),
    'connect-refused-bound': socket('connect-failed', 'tcp'),
    'connect-timed-out': socket('connect-failed', 'tcp'),
    fresh: socket('fresh', 'tcp'),
    'fresh-paced': socket('fresh', 'tcp'),
    bound: socket('bound', 'tcp'),
    'closed-listener': socket('closed-listener', 'tcp'),
  });
}

function mptcp(name: string): Table {
  const own = [`${name}-listening`];
  return under(name, {
    listening: socket('listening', 'mptcp'),
    established: socket('established', 'mptcp'),
    'peer-closed': { ...socket('peer-closed', 'mptcp'), listeners: own },
    'half-closed': { ...socket('half-closed', 'mptcp'), listeners: own },
    'syn-sent': socket('connecting', 'mptcp'),
    'orphaned-reset': orphan('mptcp', 'reset', own),
    'orphaned-reset-told': orphan('mptcp', 'ended', own),
    'orphaned-ended': orphan('mptcp', 'ended', own),
    'orphaned-outgoing': orphan('mptcp', 'reset', []),
    'connect-refused': socket('connect-failed', 'mptcp'),
    fresh: socket('fresh', 'mptcp'),
    bound: socket('bound', 'mptcp'),
    'closed-listener': socket('closed-listener', 'mptcp'),
    // Accepted from a client that speaks TCP only: a TCP socket (SO_PROTOCOL), though its xattr goes on saying MPTCP.
    'plain-client': socket('established', 'tcp'),
    'plain-client-peer-closed': { ...socket('peer-closed', 'tcp'), listeners: own },
    'plain-client-orphaned': orphan('tcp', 'reset', own),
    'plain-server': socket('established', 'mptcp'),
    'plain-server-peer-closed': socket('peer-closed', 'mptcp'),
    'plain-server-orphaned': orphan('mptcp', 'reset', []),
  });
}

/** Of the namespace of a living child, or of one that no process lives in: the same verdicts. */
function otherNamespace(name: string): Table {
  const own = [`${name}-listening`];
  return elsewhere(
    under(name, {
      listening: socket('listening', 'tcp'),
      established: socket('established', 'tcp'),
      'peer-closed': { ...socket('peer-closed', 'tcp'), listeners: own },
      'orphaned-reset': orphan('tcp', 'reset', own),
      'orphaned-ended': orphan('tcp', 'ended', own),
      fresh: socket('fresh', 'tcp'),
      bound: socket('bound', 'tcp'),
      'connect-refused': socket('connect-failed', 'tcp'),
      'mptcp-listening': socket('listening', 'mptcp'),
      udp: socket('datagram', 'udp'),
      'unix-unconnected': socket('in-use', 'unix'),
    }),
  );
}

const UDP: Table = {
  'udp4-unbound': socket('datagram', 'udp'),
  'udp4-bound': socket('datagram', 'udp'),
  'udp4-connected': socket('datagram', 'udp'),
  'udp6-unbound': socket('datagram', 'udp'),
  'udp6-bound': socket('datagram', 'udp'),
  'udp6-connected': socket('datagram', 'udp'),
  'udplite4-bound': socket('datagram', 'udplite'),
  'udplite4-unbound': socket('datagram', 'udplite'),
  'udplite6-bound': socket('datagram', 'udplite'),
  'udplite6-unbound': socket('datagram', 'udplite'),
  raw4: socket('datagram', 'raw'),
  raw6: socket('datagram', 'raw'),
  ping4: socket('datagram', 'icmp'),
  ping6: socket('datagram', 'icmp'),
};

const UNIX: Table = under('unix', {
  'stream-unconnected': socket('in-use', 'unix'),
  'stream-pair-a': socket('in-use', 'unix'),
  'stream-pair-b': socket('in-use', 'unix'),
  'stream-pair-remote': socket('in-use', 'unix'),
  'stream-peer-gone': socket('peer-gone', 'unix'),
  'seqpacket-unconnected': socket('in-use', 'unix'),
  'seqpacket-pair-a': socket('in-use', 'unix'),
  'seqpacket-pair-b': socket('in-use', 'unix'),
  'seqpacket-pair-remote': socket('in-use', 'unix'),
  'seqpacket-peer-gone': socket('peer-gone', 'unix'),
  'dgram-unconnected': socket('datagram', 'unix'),
  'dgram-pair-a': socket('datagram', 'unix'),
  'dgram-pair-b': socket('datagram', 'unix'),
  'dgram-pair-remote': socket('datagram', 'unix'),
  'dgram-peer-gone': socket('datagram', 'unix'),
  'dgram-bound': socket('datagram', 'unix'),
  'listening-path': socket('in-use', 'unix'),
  'listening-abstract': socket('in-use', 'unix'),
  'listening-hostile': socket('in-use', 'unix'),
  'listening-hostile-abstract': socket('in-use', 'unix'),
  'listening-forged-row': socket('in-use', 'unix'),
  'stream-accepted': socket('in-use', 'unix'),
  'stream-accepted-peer-gone': socket('peer-gone', 'unix'),
  'stream-with-descriptor-in-flight': socket('in-use', 'unix'),
});

const OTHER_SOCKETS: Table = {
  'netlink-unbound': socket('untabulated'),
  'netlink-bound': socket('datagram'),
  packet: socket('datagram'),
  vsock: socket('untabulated'),
  'vsock-bound': socket('untabulated'),
  alg: socket('untabulated'),
  xdp: socket('untabulated'),
  sctp: socket('untabulated'),
};

const FILES: Table = {
  file: inUse('file', { deleted: false, sharedWith: [] }),
  'file-deleted': inUse('file', { deleted: true }),
  'file-named-deleted': inUse('file', { deleted: false }),
  'file-named-deleted-deleted': inUse('file', { deleted: true }),
  'file-deleted-with-decoy': inUse('file', { deleted: true }),
  'file-hostile-name': inUse('file', { deleted: false }),
  'file-hostile-name-deleted': inUse('file', { deleted: true }),
  'file-temporary': inUse('file'),
  'file-proc': inUse('file', { deleted: false }),
  'file-open-twice-a': inUse('file', { sharedWith: ['file-open-twice-a-dup'] }),
  'file-open-twice-a-dup': inUse('file', { sharedWith: ['file-open-twice-a'] }),
  'file-open-twice-b': inUse('file', { sharedWith: [] }),
  directory: inUse('directory'),
  'directory-path-only': inUse('directory'),
  'symbolic-link': inUse('other'),
  memfd: inUse('memfd'),
  'memfd-hostile-name': inUse('memfd'),
  'pipe-read': inUse('pipe', { sharedWith: [] }),
  'pipe-write': inUse('pipe', { sharedWith: [] }),
  fifo: inUse('fifo'),
  'character-device': inUse('character-device'),
  'pty-master': inUse('character-device'),
  'pty-slave': inUse('character-device'),
  'block-device': inUse('block-device'),
};

const ANONYMOUS: Table = {
  'eventfd-a': inUse('eventfd', { sharedWith: [], watchedBy: ['epoll-of-live'] }),
  'eventfd-b': inUse('eventfd', { sharedWith: [], watchedBy: null }),
  timerfd: inUse('timerfd'),
  signalfd: inUse('signalfd'),
  inotify: inUse('inotify'),
  fanotify: inUse('fanotify'),
  pidfd: inUse('pidfd'),
  userfaultfd: inUse('userfaultfd'),
  'perf-event': inUse('perf-event'),
  'bpf-map': inUse('bpf'),
  'io-uring': inUse('io-uring'),
  'namespace-net': inUse('namespace'),
  'namespace-user': inUse('namespace'),
  'fs-context': inUse('anon'),
  'landlock-ruleset': inUse('anon'),
  'epoll-empty': inUse('epoll', { sharedWith: [] }),
  'epoll-of-orphan': inUse('epoll'),
  'epoll-of-live': inUse('epoll'),
  'epoll-stale': inUse('epoll'),
  // Its entry names a number that is closed: nothing watches the descriptor that is left.
  // Its own entry is stray by then: it may be that of any anonymous inode that nothing else watches.
  'epoll-stale-eventfd': inUse('eventfd', { watchedBy: null }),
  'epoll-watched-orphan': {
    ...orphan('tcp', 'reset', ['tcp4-listening']),
    sharedWith: [],
    watchedBy: ['epoll-of-orphan'],
  },
};

/** By label. A label of the zoo that is missing here is a mistake of one of the two. */
export const EXPECTED: Table = {
  stdin: socket('in-use', 'unix'),
  stdout: socket('in-use', 'unix'),
  stderr: socket('in-use', 'unix'),
  'channel-of-peer': socket('in-use', 'unix'),
  'channel-of-namespace': socket('in-use', 'unix'),
  ...tcp('tcp4'),
  ...tcp('tcp6'),
  'tcp4-established': { ...socket('established', 'tcp'), watchedBy: ['epoll-of-live'] },
  'tcp4-bound-without-port': socket('bound', 'tcp'),
  // The kernel refused before it kept a trace: nothing tells it from a fresh socket.
  'tcp4-connect-unreachable': socket('fresh', 'tcp'),
  'mapped-listening': socket('listening', 'tcp'),
  'mapped-established': socket('established', 'tcp'),
  'mapped-peer-closed': { ...socket('peer-closed', 'tcp'), listeners: ['mapped-listening'] },
  'mapped-orphaned-reset': orphan('tcp', 'reset', ['mapped-listening']),
  'reuseport-listening-a': socket('listening', 'tcp'),
  'reuseport-listening-b': socket('listening', 'tcp'),
  'reuseport-orphaned-reset': orphan('tcp', 'reset', ['reuseport-listening-a', 'reuseport-listening-b']),
  'dup-established-a': { ...socket('established', 'tcp'), sharedWith: ['dup-established-b'] },
  'dup-established-b': { ...socket('established', 'tcp'), sharedWith: ['dup-established-a'] },
  'dup-orphaned-a': { ...orphan('tcp', 'reset', ['tcp4-listening']), sharedWith: ['dup-orphaned-b'] },
  'dup-orphaned-b': { ...orphan('tcp', 'reset', ['tcp4-listening']), sharedWith: ['dup-orphaned-a'] },
  ...mptcp('mptcp4'),
  ...mptcp('mptcp6'),
  ...UDP,
  ...OTHER_SOCKETS,
  ...UNIX,
  ...FILES,
  ...ANONYMOUS,
  ...otherNamespace('foreign'),
  ...otherNamespace('deserted'),
  ...elsewhere({
    'thread-namespace-listening': socket('listening', 'tcp'),
    'thread-namespace-established': socket('established', 'tcp'),
    'thread-namespace-orphaned': orphan('tcp', 'reset', ['thread-namespace-listening']),
  }),
  'thread-table-listening': socket('listening', 'tcp'),
  'thread-table-orphaned': orphan('tcp', 'reset'),
  'thread-table-eventfd': inUse('eventfd'),
};
