import type { FieldCase } from './cases.ts';

/** Forty descriptors of one kind, as public reports have them: what `inspect` says each of them is, in its own words. */
export const KINDS: readonly FieldCase[] = [
  aKind('timerfd', '40  timerfd +no epoll set or thread waits on them'),
  aManyKind('timerfd', '^SUSPECT', '100 timerfds that no thread and no epoll set waits on'),
  aManyKind('inotify', '^SUSPECT', '100 inotify instances that no thread and no epoll set waits on'),
  aManyKind('eventfd', '^OK', '100  eventfd +no epoll set or thread waits on them'),
  aKind('crawler', '40  established +to \\*:{port}', '40 addresses'),
  aKind('tenants', '40  file +/tmp/kinds-[^/ ]+/\\*'),
  aKind('unix_queue', '40 clients wait to be accepted on /tmp/kinds-.*/d\\.sock', '1  unix listener .*40 clients wait'),
  aKind('udp_unread', '40  udp +127\\.0\\.0\\.1, bound to no port in particular', 'KiB unread'),
  aKind('signalfd', '40  signalfd +no epoll set or thread'),
  aKind('eventfd', '40  eventfd +no epoll set or thread'),
  aKind('inotify', '40  inotify +1 watch each, no epoll set or thread'),
  aKind('epoll_empty', '40  epoll +watches no open descriptor'),
  aKind('epoll_one_socket', '40  event loop'),
  aKind('userfaultfd', '40  userfaultfd'),
  aKind('io_uring', '40  io-uring'),
  aRootKind('fanotify', '40  fanotify'),
  aRootKind('perf', '40  perf-event'),
  aRootKind('packet', '40  packet'),
  aRootKind('raw_icmp', '40  raw +any address'),
  aRootKind('bpf_maps', '40  bpf map'),
  aRootKind('open_tree', '40  directory'),
  aRootKind('fsopen', '40  anon +fscontext'),
  aKind('netlink_uevent', '40  netlink KOBJECT-UEVENT'),
  aKind('seqpacket_gone', '^SUSPECT', '40  unix seqpacket, peer gone'),
  aKind('seqpacket_to', '40  unix seqpacket +to {path}', 'other end: python3'),
  aKind('unix_accepted_gone', '^SUSPECT', '40  unix stream, peer gone +{path}'),
  aKind('unix_accepted_live', '40  unix stream +{path}', ' 1  unix listener +{path}'),
  aKind('unix_dgram_to', '40  unix datagram +to {path}'),
  aKind('unix_listeners_deleted', '40  unix listener +/tmp/.*/w-#\\.sock'),
  aKind('socketpairs', '8[0-2]  unix stream +unnamed, other end.*this process'),
  aKind('nsfs_mixed', '10  namespace +mnt, its own'),
  aKind('pty_both', '40  terminal', '40  character-device +/dev/pts/#'),
  aKind('pty_masters', '^SUSPECT', '40  terminal +/dev/ptmx, without a session'),
  aKind('dirs_different', '40  directory +/tmp/.*/repo-#'),
  aKind('dirs_deleted', '40  deleted directory +/tmp/.*/job-#', '40 deleted directories still open'),
  aKind('dev_urandom', '40  character-device +/dev/urandom'),
  aKind('log_again', '40  file +/tmp/.*/app\\.log, one object, opened 40 times'),
  aKind('log_rotating_names', '40  file +/tmp/.*/app\\.log\\.#'),
  aKind('sqlite', '40  file +/tmp/.*/app\\.db, one object', '40  file +/tmp/.*/app\\.db-wal'),
  aKind('deleted_tmp', '40  deleted file +/tmp/.*/upload-\\*\\.part', '40 deleted files still open, 3\\.8 MiB'),
  aKind('popen_alive', '4[0-2]  pipe +read end, other ends: 4[0-2] processes, as sleep'),
  aKind('popen_ended', '^SUSPECT', '8[0-2]  pipe +read end, no other end', '4[0-2]  pipe +write end, no other end'),
  aKind('fifos', '40  fifo +/tmp/.*/ctl'),
  aKind('dups', '41  listening +127\\.0\\.0\\.1:{port}, one socket, 41 descriptors of it'),
  aManyKind(
    'dup_file',
    '^SUSPECT',
    '10[12] of 10[4-6] descriptors are one open file, copied by dup\\(2\\): /etc/hostname',
  ),
  aManyKind('dup_threads', '^OK', '101  file +/etc/hostname, one open file, 101 descriptors of it'),
  aKind(
    'dup_accepted',
    '^OK',
    '80  established +accepted on 127\\.0\\.0\\.1:{port}',
    '40 sockets, copied by dup\\(2\\)',
  ),
  aKind('pipe_pairs', '80  pipe +40 pipes, both ends here'),
  aKind('pipe_selectors', '120  epoll \\+ pipe +each set watches only its own pipe'),
  aKind('asyncio_loops', '120  epoll \\+ unix pair +each set watches only its own pair'),
  aKind('runtimes', '162  epoll \\+ wakers +each set watches only what wakes it'),
  { ...aKind('connecting', '40  connecting +to 127\\.0\\.0\\.1:{port}'), never: ['idle \\d+ h', 'B unsent'] },
  aKind('queues', '40 clients wait to be accepted on .*', ' and 37 more'),
  aKind('dup_file', '41  file +/etc/hostname, one open file, 41 descriptors of it'),
  aKind('pidfds_live', '40  pidfd +of process {child}'),
  aKind('proc_net', '40  file +/proc/#/net/dev, one object'),
  aKind('landlock', '40  anon +landlock-ruleset'),
  aKind('tcp_listeners', '40  listening +127\\.0\\.0\\.1, bound to no port in particular'),
  aKind('tcp_bound', '40  bound tcp'),
  aKind('udp_ephemeral', '40  udp +bound to no port in particular'),
  aKind('udp6_dns', '40  udp +to \\[::1\\]:53'),
  aKind('to_one_peer', '40  established +to 127\\.0\\.0\\.1:{port}'),
  aKind('out_close_wait', '40  CLOSE_WAIT +to 127\\.0\\.0\\.1:{port}', 'no thread and no epoll set waits on 40 of 40'),
  aKind('out_reset', '40  dead tcp +to 127\\.0\\.0\\.1:{port}'),
  aKind('accepted_close_wait6', '40  CLOSE_WAIT +accepted on \\[::1\\]:{port}'),
  aKind('mptcp_close_wait', '40  CLOSE_WAIT +accepted on 127\\.0\\.0\\.1:{port}'),
  aKind('mapped_accepted', '40  established +accepted on :{port}'),
  aKind('fin_wait2', '40  FIN_WAIT2 +accepted on 127\\.0\\.0\\.1:{port}'),
  aKind('refused', '40 sockets kept after connect\\(\\) failed', 'to 127\\.0\\.0\\.1:{port}'),
  aKind(
    'inherited_by_helper',
    '^SUSPECT',
    '40 connections of its parent python3(\\.\\d+)? {parent} are open here as well',
    '40  established +to 127\\.0\\.0\\.1:{port}',
    'held\\s+by\\s+its\\s+parent\\s+python3(\\.\\d+)? {parent}',
  ),
  aKind('inherited_by_worker', '^OK', '(40|80|8[1-9]) connections of its parent python3(\\.\\d+)? {parent}'),
  aKind(
    'shared_with_child',
    '40  established +to 127\\.0\\.0\\.1:{port}',
    'held\\s+by\\s+its\\s+child\\s+sleep {child}',
  ),
];

function aKind(name: string, ...says: readonly string[]): FieldCase {
  return { file: 'kinds.py', args: [name], tools: ['python3'], says };
}

function aManyKind(name: string, ...says: readonly string[]): FieldCase {
  return { ...aKind(name, ...says), args: [name, '100'] };
}

function aRootKind(name: string, ...says: readonly string[]): FieldCase {
  return { ...aKind(name, ...says), needsRoot: true };
}
