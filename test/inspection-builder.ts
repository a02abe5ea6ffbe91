import type { Case } from '../src/core/diagnose/case.ts';
import { toPlaces } from '../src/core/place/groups.ts';
import { withPlaces } from '../src/core/place/places.ts';
import { VERDICT_INFO } from '../src/core/classify/verdict-info.ts';
import type { Descriptor } from '../src/core/model/descriptor.ts';
import { toInode } from '../src/core/model/inode.ts';
import type { Finding } from '../src/core/model/finding.ts';
import type { Inspection } from '../src/core/model/inspection.ts';
import type { Limits } from '../src/core/model/limits.ts';
import type { ProcessIdentity } from '../src/core/model/process.ts';
import type { AutopsyReport, InetSocket, TcpUse, UnixSocket } from '../src/core/model/socket.ts';
import type { Capability, Source } from '../src/core/model/source.ts';
import type { Leak, Verdict, VerdictName } from '../src/core/model/verdict.ts';

/** A connection on which nothing came or went for 90 s. */
export const A_USE: TcpUse = {
  sinceReceivedMs: 90_000,
  sinceSentMs: 90_000,
  sinceAckMs: 90_000,
  bytesReceived: 10,
  bytesSent: 20,
  timer: 'none',
  retries: 0,
  unreadBytes: 0,
  unsentBytes: 0,
};

/** Inspections of a small healthy server, pid 4242, in which a test says only what differs. */

/** An orphan is a certain leak or not as it says; any other verdict as the product judges it. */
function aVerdict(differs: Partial<Verdict> & { readonly is: VerdictName }): Verdict {
  return { cause: null, leak: VERDICT_INFO[differs.is].leak, because: 'a table says so', checked: [], ...differs };
}

/** A plain file, fd 3. */
export function aDescriptor(differs: Partial<Descriptor> = {}): Descriptor {
  return {
    fd: 3,
    tid: null,
    kind: 'file',
    target: '/var/log/app.log',
    targetBase64: null,
    inode: toInode('77'),
    deleted: false,
    sizeBytes: null,
    flags: null,
    sharedWith: [],
    alsoHeldBy: null,
    watchedBy: [],
    place: '/var/log/app.log',
    object: null,
    inFlight: null,
    otherEnd: null,
    waitedOnBy: null,
    socket: null,
    verdict: aVerdict({ is: 'in-use', because: 'not a socket' }),
    ...differs,
  };
}

/** Where a test says what differs of an inet socket descriptor: of its socket, of its verdict, or of itself. */
export interface SocketDiffers {
  readonly fd?: number;
  readonly inode?: string;
  readonly is?: VerdictName;
  readonly leak?: Leak;
  readonly because?: string;
  readonly socket?: Partial<InetSocket>;
  readonly autopsy?: Partial<AutopsyReport>;
  readonly descriptor?: Partial<Descriptor>;
}

const REMOTE = { address: '::ffff:192.0.2.7', port: 51_622 };

/** An established connection to port 8080, fd 20, watched by epoll fd 4. */
export function aSocket({ fd = 20, inode, is = 'established', leak, because, socket, descriptor }: SocketDiffers = {}) {
  const number = inode ?? `${5000 + fd}`;
  return aDescriptor({
    fd,
    kind: 'socket',
    target: `socket:[${number}]`,
    inode: toInode(number),
    watchedBy: [4],
    socket: {
      family: 'inet6',
      type: 'stream',
      protocol: 'tcp',
      state: 'ESTABLISHED',
      listed: true,
      foreign: false,
      netns: '4026531833',
      cookie: null,
      local: { address: '::ffff:192.0.2.1', port: 8080 },
      remote: REMOTE,
      diedAt: null,
      deadMs: null,
      errorName: null,
      recvQueueBytes: 0,
      sendQueueBytes: 0,
      acceptQueue: null,
      use: null,
      autopsy: null,
      acceptedOn: null,
      ...socket,
    },
    verdict: aVerdict({
      is,
      because: because ?? `the table tcp6 says ${socket?.state ?? 'ESTABLISHED'}`,
      ...(leak === undefined ? {} : { leak }),
    }),
    ...descriptor,
  });
}

export const aListener = ({ fd = 17, socket, ...differs }: SocketDiffers = {}): Descriptor =>
  aSocket({
    fd,
    is: 'listening',
    socket: {
      state: 'LISTEN',
      local: { address: '::', port: 8080 },
      remote: null,
      recvQueueBytes: null,
      sendQueueBytes: null,
      acceptQueue: { waiting: 0, backlog: 511, isSteady: null },
      ...socket,
    },
    ...differs,
  });

/** CLOSE_WAIT on port 8080, whose end the program has not read. */
export const aPeerClosed = ({ fd = 30, socket, ...differs }: SocketDiffers = {}): Descriptor =>
  aSocket({
    fd,
    is: 'peer-closed',
    socket: { state: 'CLOSE_WAIT', recvQueueBytes: 1, acceptedOn: ON_8080, ...socket },
    ...differs,
  });

const ON_8080 = { address: '::', port: 8080, listeners: [17], because: 'a listener of this process has this port' };

/** A connection to port 8080 that was reset 85.8 s ago, seen dead twice: a certain leak. */
export function anOrphan(differs: SocketDiffers = {}): Descriptor {
  const { fd = 40, leak = 'certain', socket, autopsy, descriptor } = differs;
  const report: AutopsyReport = {
    wasConnected: true,
    errorPending: true,
    sinceDataMs: 85_788,
    sinceAckMs: 85_788,
    bytesReceived: 120,
    bytesAcked: 80,
    unreadBytes: 0,
    memoryBytes: 0,
    ...autopsy,
  };
  const base = aSocket({
    ...differs,
    fd,
    socket: {
      state: 'CLOSE',
      listed: false,
      remote: null,
      recvQueueBytes: null,
      sendQueueBytes: null,
      autopsy: report,
      acceptedOn: ON_8080,
      ...socket,
    },
  });
  return {
    ...base,
    verdict: aVerdict({
      is: 'orphaned',
      cause: report.errorPending ? 'reset' : 'ended',
      leak,
      because: 'it was connected, its state is CLOSE, it is in no table',
      checked: ['tables-again', 'second-look', 'namespaces', 'autopsy'],
    }),
    ...descriptor,
  };
}

/** A TCP socket in no table that could not be asked itself. */
export const anUnlisted = ({ fd = 50, socket, ...differs }: SocketDiffers = {}): Descriptor =>
  aSocket({
    fd,
    is: 'unlisted',
    because: 'TCPv6 in no table: dead, new, bound or in another namespace; to probe it: koffi is not installed',
    socket: {
      state: null,
      listed: false,
      foreign: null,
      netns: null,
      local: null,
      remote: null,
      recvQueueBytes: null,
      sendQueueBytes: null,
      ...socket,
    },
    ...differs,
  });

export function aUnixSocket(differs: Partial<UnixSocket> = {}, descriptor: Partial<Descriptor> = {}): Descriptor {
  return aDescriptor({
    fd: 60,
    kind: 'socket',
    target: 'socket:[6060]',
    inode: toInode('6060'),
    socket: {
      family: 'unix',
      clientsWaiting: null,
      type: 'stream',
      protocol: 'unix',
      listed: true,
      foreign: false,
      path: null,
      pathBase64: null,
      peerInode: null,
      peerPath: null,
      state: 'CONNECTED',
      unreadBytes: null,
      ...differs,
    },
    verdict: aVerdict({ is: 'in-use', because: 'the table unix says CONNECTED' }),
    ...descriptor,
  });
}

/** `count` descriptors with numbers and inodes that follow each other. */
export function many(count: number, make: (differs: SocketDiffers) => Descriptor, differs: SocketDiffers = {}) {
  const first = differs.fd ?? 100;
  return Array.from({ length: count }, (_, index) => make({ ...differs, fd: first + index }));
}

/** Standard streams, an epoll set on fd 4, a listener on port 8080 and one connection. */
export const HEALTHY_DESCRIPTORS: readonly Descriptor[] = [
  ...[0, 1, 2].map((fd) => aDescriptor({ fd, kind: 'character-device', target: '/dev/null', inode: toInode('5') })),
  aDescriptor({ fd: 4, kind: 'epoll', target: 'anon_inode:[eventpoll]', inode: null }),
  aListener(),
  aSocket(),
];

export interface InspectionDiffers extends Partial<Omit<Inspection, 'limits' | 'process' | 'capability'>> {
  readonly limits?: Partial<Limits>;
  readonly process?: Partial<ProcessIdentity>;
  readonly capability?: Partial<Capability>;
}

export const UNKNOWN_LIMITS: Limits = {
  soft: null,
  hard: null,
  open: null,
  free: null,
  utilization: null,
  highestFd: null,
  peakTableSize: null,
};

/** A look of one level at a healthy server. Counts of `limits` and `summary` follow from the descriptors. */
export function anInspection(differs: InspectionDiffers = {}): Inspection {
  const { limits, process, capability, ...rest } = differs;
  const descriptors = withPlaces((differs.descriptors ?? HEALTHY_DESCRIPTORS).map((one) => Object.assign({}, one)));
  return {
    schema: 'fdleak.inspection/1',
    from: null,
    stacks: null,
    version: '0.1.0',
    host: 'micro-server',
    bootId: '0e5e5b9c-6c1c-4c0e-9a55-5d6b6d1f0a11',
    takenAt: '2026-11-22T19:46:00.000Z',
    secondLookAt: '2026-11-22T19:46:00.260Z',
    looksApartMs: 250,
    quotas: null,
    oldWorkers: null,
    tookMs: 291.7,
    options: { sources: ['proc', 'autopsy', 'lsof', 'ss', 'prlimit'], settleMs: 250, certainAfterMs: 600_000 },
    process: {
      pid: 4242,
      startTicks: 918_273,
      startedAt: '2026-11-22T19:00:00.000Z',
      comm: 'app',
      exe: '/usr/bin/app',
      cmdline: ['/usr/bin/app', '--port', '8080'],
      uid: 1000,
      threads: 12,
      netns: '4026531833',
      pidInNamespace: 4242,
      cgroup: '/system.slice/app.service',
      ...process,
    },
    limits: toLimits(descriptors, limits),
    capability: { leftOut: null, level: 'autopsy', missing: [], walk: null, ...capability },
    sources: [aSource()],
    disagreements: [],
    places: toPlaces(descriptors),
    kernelOwned: [],
    summary: summarize(descriptors),
    findings: [],
    faults: [],
    ...rest,
    descriptors,
  };
}

/** A case in which root looks, without CAP_SYS_RESOURCE, and every epoll set was read and is empty. */
export function aCase(differs: InspectionDiffers & Partial<Omit<Case, 'inspection'>> = {}): Case {
  const { epollSets = [], viewer = { uid: 0, hasSysResource: false }, ...inspection } = differs;
  return { inspection: anInspection(inspection), epollSets, viewer };
}

export const aSource = (differs: Partial<Source> = {}): Source => ({
  name: 'proc-fd',
  status: 'read',
  descriptors: 73,
  sockets: 59,
  matched: 19,
  unmatched: 40,
  tookMs: 2.1,
  because: null,
  ...differs,
});

export const aFinding = (differs: Partial<Finding> = {}): Finding => ({
  id: 'orphaned-sockets',
  about: 'leak',
  severity: 'error',
  count: 40,
  title: '40 dead sockets: the connections are over, their descriptors are not',
  evidence: ['40 of 40 were accepted on :8080, where fd 17 listens'],
  facts: [{ kind: 'accepted-on', count: 40, total: 40, address: '::', port: 8080, listeners: [17] }],
  checked: ['second-look', 'namespaces', 'autopsy'],
  advice: 'Tonight: prlimit --pid 4242 --nofile=4096:524288 raises its soft limit.',
  ...differs,
});

function toLimits(descriptors: readonly Descriptor[], differs: Partial<Limits> = {}): Limits {
  const soft = differs.soft === undefined ? 1024 : differs.soft;
  const open = differs.open === undefined ? descriptors.length : differs.open;
  const isNumber = typeof soft === 'number' && soft > 0;
  return {
    soft,
    hard: 1024,
    open,
    free: isNumber && open !== null ? Math.max(0, soft - open) : null,
    utilization: isNumber && open !== null ? open / soft : null,
    highestFd: Math.max(...descriptors.map(({ fd }) => fd)),
    peakTableSize: 128,
    ...differs,
  };
}

function summarize(descriptors: readonly Descriptor[]): Inspection['summary'] {
  const byKind: Record<string, number> = {};
  const byVerdict: Record<string, number> = {};
  const byLeak = { certain: 0, suspect: 0, no: 0 };
  for (const { kind, verdict } of descriptors) {
    byKind[kind] = (byKind[kind] ?? 0) + 1;
    byVerdict[verdict.is] = (byVerdict[verdict.is] ?? 0) + 1;
    byLeak[verdict.leak]++;
  }
  return { byKind, byVerdict, byLeak };
}
