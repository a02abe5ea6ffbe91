/** One leak that people reported, rebuilt: `programs/<file>` prints its pid and the truth as JSON, and holds what it leaks. */
export interface FieldCase {
  readonly file: string;
  /** The first word of those that go on leaking says how often each second: however late the look comes, it sees what the truth says. */
  readonly args?: readonly string[];
  /** Commands it needs, as in `scripts/tools.js`. */
  readonly tools: readonly string[];
  readonly needsRoot?: true;
  /** What `inspect` has to say within its first lines: patterns, in which `{a.b}` is that part of the truth. */
  readonly says: readonly string[];
  /** What it must not say there. */
  readonly never?: readonly string[];
  /** How long it is left alone before: silence takes its time. */
  readonly afterMs?: number;
}

const PYTHON = ['python3'] as const;
const C = ['gcc'] as const;
const JAVA = ['javac'] as const;
const GO = ['go'] as const;

/** A leak of the wild is one line. */
export const FIELD: readonly FieldCase[] = [
  { file: 's-01-go-unclosed-body.go', tools: GO, says: ['30  established +to {leaked.to}'] },
  { file: 's-02-java-close-wait.java', tools: JAVA, says: ['30 .*CLOSE_WAIT', ':{port}'] },
  {
    file: 's-03-half-open.py',
    tools: PYTHON,
    needsRoot: true,
    says: ['35  established .*accepted on .*:{port}', 'no timer', '30 silent for .*, 5 spoke'],
    afterMs: 4000,
  },
  {
    file: 's-04-half-closed-tunnel.go',
    tools: GO,
    says: ['20  CLOSE_WAIT +accepted on .*:{port}', '20  FIN_WAIT2 +to {leaked.to}'],
  },
  { file: 's-05-udp-per-flush.mjs', tools: [], says: ['4[01]  udp +bound to no port in particular'] },
  { file: 's-06-udp-connected.py', tools: PYTHON, says: ['4[01]  udp .*to {leaked.to}'] },
  { file: 's-08-unix-datagram.py', tools: PYTHON, says: ['3[01]  unix datagram +unnamed'] },
  { file: 's-09-netlink.py', tools: PYTHON, says: ['3[01]  netlink ROUTE', '10  netlink GENERIC'] },
  { file: 's-10-vsock.py', tools: PYTHON, says: ['20  vsock'] },
  {
    file: 's-11-redis-reconnect.py',
    tools: ['python3', 'redis-server'],
    says: ['2[5-9]  established +to {leaked.to}'],
  },
  {
    file: 's-13-nginx-reload.py',
    tools: ['python3', 'nginx'],
    says: ['^OK ', '3 old workers shutting down, 20 established each, without a listener'],
  },
  {
    file: 's-15-channel-per-call.mjs',
    tools: [],
    says: ['2[01]  established +to {leaked.to}', '2[01] without a timer|no timer'],
  },
  {
    file: 's-16-accept-emfile.c',
    tools: C,
    says: ['^FULL', '(59|60)  established +accepted on .*:{port}', 'clients wait to be accepted'],
  },
  { file: 's-17-connect-retry.c', tools: C, says: ['30 .*(connect|never connected)'] },
  {
    file: 's-18-old-listeners.py',
    tools: PYTHON,
    says: ['3 of 4 listeners of .*:{port} never accept', 'clients wait'],
  },
  {
    file: 's-20-client-pool-close-wait.py',
    tools: PYTHON,
    says: ['30 .*(CLOSE_WAIT|peer.closed)', '{leaked.to}'],
  },
  { file: 's-21-unread-body.mjs', tools: [], says: ['20  established +to {leaked.to}', 'unread'] },
  { file: 's-24-two-services.py', tools: PYTHON, says: ['20 .*:15432', '4 .*:16379'] },
  { file: 's-25-ioctl-sockets.py', tools: PYTHON, says: ['30  udp +socket\\(\\) and nothing more'] },
  { file: 's-27-unix-clients.py', tools: PYTHON, says: ['40  unix stream +to /tmp/.*/daemon\\.sock'] },
  {
    file: 's-28-vanished-streams.py',
    tools: ['python3', 'ip'],
    needsRoot: true,
    says: ['^SUSPECT', '30 connections whose peers do not answer', '30  established +accepted on .*:{port}', 'unsent'],
    afterMs: 15_000,
  },
  {
    file: 's-29-vanished-pollers.py',
    tools: ['python3', 'ip'],
    needsRoot: true,
    says: ['^OK ', '35  established +accepted on .*:{port}', 'no timer, 30 silent for .*, 5 spoke'],
    afterMs: 3000,
  },
  { file: 'n-01-deleted-logs.py', args: ['0'], tools: PYTHON, says: ['2[0-9] deleted files', 'access\\.log', 'MiB'] },
  {
    file: 'n-02-inotify-quota.py',
    tools: PYTHON,
    needsRoot: true,
    says: ['{quota} of {quota} inotify instances of user {uid}', 'EMFILE', 'held\\s+by\\s+holder-big'],
  },
  {
    file: 'n-03-selectors.java',
    args: ['0'],
    tools: JAVA,
    says: ['4[0-9]  epoll \\+ eventfd +each set watches only'],
  },
  {
    file: 'n-04-pidfd.py',
    args: ['0'],
    tools: PYTHON,
    says: ['2[0-9] descriptors of processes that have ended', '2[0-9]  pidfd'],
  },
  {
    file: 'n-05-procstat.py',
    args: ['0'],
    tools: PYTHON,
    says: [
      '60  file +/proc/#/stat, .*15 of ended processes',
      '60  file +/proc/#/task/#/stat, .*15 of ended processes',
      '30 descriptors of processes that have ended',
    ],
  },
  {
    file: 'n-06-netns.py',
    args: ['0'],
    tools: PYTHON,
    needsRoot: true,
    says: ['1[5-9] namespaces in which no process lives', '1[5-9]  namespace +net, its own'],
  },
  { file: 'n-07-bpf.c', args: ['0'], tools: C, needsRoot: true, says: ['1[5-9]  bpf map .*{leak.mapId}'] },
  {
    file: 'n-09-pipes.py',
    args: ['0'],
    tools: PYTHON,
    says: [
      '3[0-9] (read ends of pipes|pipes without another end)',
      '3[0-9] of 3[0-9] are read ends: no process holds a write end',
      '3[0-9]  pipe +read end',
    ],
  },
  {
    file: 'n-10-inherited.py',
    tools: PYTHON,
    says: [':{port}', 'never uses', 'daemon\\.pid'],
  },
  { file: 'n-11-lsm-healthy.py', tools: PYTHON, says: ['^OK '] },
  {
    file: 'n-12-jars.java',
    args: ['0'],
    tools: JAVA,
    says: ['1[4-9]  deleted file .*plugin\\.jar', '1[4-9]  deleted file .*dep\\.jar'],
  },
  { file: 'n-14-memfd.py', args: ['0'], tools: PYTHON, says: ['[3-9][0-9]  memfd +frame-buffer', 'MiB'] },
  { file: 'n-15-zoo.c', tools: C, says: ['^OK '], never: ['deleted file'] },
  { file: 'n-17-dirs.c', args: ['0'], tools: C, says: ['1[5-9]  directory +/var/lib', '1[5-9]  directory +/dev'] },
  { file: 'n-18-container.py', args: ['0'], tools: PYTHON, needsRoot: true, says: ['1[5-9] .*deleted file', ':8080'] },
  { file: 'n-19-gc-sawtooth.java', tools: JAVA, says: ['^OK '] },
  { file: 'n-20-huge.py', args: ['0'], tools: PYTHON, says: ['12,[0-9]{3}  file +/proc/#/stat'] },
  {
    file: 'n-21-threadtable.c',
    args: ['0.001'],
    tools: C,
    needsRoot: true,
    says: ['thread {leak.tid}', '3[0-9] .*pipe'],
  },
  { file: 'n-23-inflight.py', tools: PYTHON, says: ['40 descriptors wait to be received on fd 4'] },
  {
    file: 'n-25-inotify-growth.py',
    tools: PYTHON,
    needsRoot: true,
    says: ['[2-9][0-9] of {quota} inotify instances of user 61235', 'nearer than the limit of descriptors'],
  },
  {
    file: 'n-27-terminals.py',
    tools: PYTHON,
    says: ['12 terminals without a session', '14  terminal +/dev/ptmx, 12 without a session'],
  },
  { file: 'n-26-opened-before-unshare.py', tools: PYTHON, needsRoot: true, says: ['10 deleted', '10 MiB'] },
];
