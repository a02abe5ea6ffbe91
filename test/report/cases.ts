import { toInode } from '../../src/core/model/inode.ts';
import type { Inspection } from '../../src/core/model/inspection.ts';
import { PLAIN, type Style } from '../../src/report/text/style.ts';
import {
  aDescriptor,
  aFinding,
  aListener,
  anInspection,
  anOrphan,
  anUnlisted,
  aPeerClosed,
  aSocket,
  aSource,
  aUnixSocket,
  HEALTHY_DESCRIPTORS,
  many,
} from '../inspection-builder.ts';

/** No colours, 80 columns, a terminal. */
export const aStyle = (differs: Partial<Style> = {}): Style => ({
  paint: PLAIN,
  columns: 80,
  isTerminal: true,
  listDescriptors: false,
  explains: false,
  isQuiet: false,
  manyTargets: false,
  ...differs,
});

/** Escape, bidi override, newline, wide characters, and what markdown and tables would take for markup. */
export const HOSTILE = 'a\u001B[2J\u202Ecod.\n| <img src=x> `@everyone` 名前 \\x1b\u009B\u200B\u00A0';

const udp = aSocket({
  fd: 20,
  is: 'datagram',
  socket: { type: 'dgram', protocol: 'udp', state: 'CLOSE', local: { address: '::', port: 11_984 }, remote: null },
});

/** The investigation that the product automates: 59 sockets, 19 of them in the tables, 40 nowhere. */
const leaked = (): Inspection =>
  anInspection({
    process: {
      pid: 3_597_864,
      comm: 'gshell',
      exe: '/bin/gshell',
      cmdline: ['/bin/gshell', '-wd', '/work', 'daemon'],
      uid: 65_534,
    },
    limits: { hard: 524_288 },
    descriptors: [
      ...[0, 1, 2].map((fd) => aDescriptor({ fd, kind: 'character-device', target: '/dev/null', inode: toInode('5') })),
      ...many(9, ({ fd = 0 }) => aDescriptor({ fd }), { fd: 70 }),
      aDescriptor({ fd: 4, kind: 'epoll', target: 'anon_inode:[eventpoll]', inode: null }),
      aDescriptor({ fd: 5, kind: 'eventfd', target: 'anon_inode:[eventfd]', inode: null, watchedBy: [4] }),
      ...many(9, aListener, { fd: 6 }),
      aSocket({ fd: 19 }),
      udp,
      ...many(8, ({ fd = 0 }) => aUnixSocket({}, { fd }), { fd: 60 }),
      anOrphan({ fd: 21 }),
      anOrphan({ fd: 22, autopsy: { errorPending: false } }),
      ...many(38, anOrphan, { fd: 80 }),
    ].toSorted((a, b) => a.fd - b.fd),
    sources: [
      aSource(),
      aSource({ name: 'proc-net', descriptors: null, sockets: null, matched: null, unmatched: null, tookMs: 0.8 }),
      aSource({ name: 'namespaces', descriptors: null, sockets: null, matched: null, unmatched: null, tookMs: 4.2 }),
      aSource({ name: 'lsof', tookMs: 81 }),
      aSource({ name: 'ss', descriptors: null, sockets: 19, matched: 19, unmatched: 0, tookMs: 34.9 }),
      aSource({ name: 'prlimit', descriptors: null, sockets: null, matched: null, unmatched: null, tookMs: 3 }),
      aSource({ name: 'autopsy', descriptors: null, sockets: 40, matched: null, unmatched: null, tookMs: 1.4 }),
    ],
    kernelOwned: [{ port: 41_375, state: 'TIME_WAIT', count: 26 }],
    findings: [
      aFinding({
        evidence: [
          '40 of 40 were accepted on :8080, where fd 17 listens',
          'dead for at least 260 ms; silent for 85.8 s (median), 85.8 s (longest)',
          'an error is pending on 39: nobody has read these sockets since the peer left',
        ],
        advice:
          "Tonight: `prlimit --pid 3597864 --nofile=4096:524288` buys time; this user may run it.\nTomorrow: close the client's connection when the other end of the proxy goes away; a wait without a timeout holds it for ever.",
      }),
      aFinding({
        id: 'low-soft-limit',
        severity: 'warning',
        count: 1,
        title: 'the soft limit is 1024, low for a daemon',
        evidence: ['the hard limit is 524288'],
        checked: [],
        advice: 'Set LimitNOFILE= in its unit.',
      }),
    ],
  });

const healthy = (): Inspection =>
  anInspection({
    sources: [
      aSource({ descriptors: 6, sockets: 2, matched: 2, unmatched: 0 }),
      aSource({
        name: 'lsof',
        status: 'unavailable',
        descriptors: null,
        sockets: null,
        matched: null,
        unmatched: null,
        tookMs: null,
        because: 'not installed',
      }),
    ],
  });

const suspect = (): Inspection =>
  anInspection({
    descriptors: [...HEALTHY_DESCRIPTORS, ...many(28, aPeerClosed), ...many(2, anUnlisted, { fd: 300 })],
    findings: [
      aFinding({
        id: 'peer-closed-pile-up',
        severity: 'warning',
        count: 28,
        title: '28 connections wait in CLOSE_WAIT',
      }),
    ],
    disagreements: [
      { between: ['lsof', 'proc-fd'], fds: [42, 43], because: 'closed between the two reads' },
      { between: ['ss', 'proc-fd'], fds: [], because: 'ss ran in another network namespace' },
    ],
    sources: [
      aSource({ descriptors: 36, sockets: 32, matched: 30, unmatched: 2 }),
      aSource({ name: 'lsof', descriptors: 38, sockets: 34, matched: 30, unmatched: 4 }),
    ],
  });

const unlisted = (): Inspection =>
  anInspection({
    descriptors: [...HEALTHY_DESCRIPTORS, ...many(14, anUnlisted)],
    capability: {
      level: 'sockets',
      missing: [{ source: 'autopsy', what: 'autopsy', because: 'koffi is not installed', remedy: 'npm install koffi' }],
    },
  });

/** Another user's process: only its count and limits may be read. */
const countOnly = (): Inspection =>
  anInspection({
    descriptors: [],
    limits: { open: 73, free: null, utilization: 73 / 1024, highestFd: null, peakTableSize: null },
    process: { exe: null, cmdline: null, uid: null, netns: null, startedAt: null },
    secondLookAt: null,
    looksApartMs: null,
    capability: {
      level: 'count',
      missing: [
        {
          source: 'proc-fd',
          what: 'descriptors',
          because: '/proc/4242/fd: permission denied',
          remedy: 'run fdleak as user 1000 or as root',
        },
      ],
    },
    sources: [
      aSource({
        status: 'denied',
        descriptors: null,
        sockets: null,
        matched: null,
        unmatched: null,
        tookMs: null,
        because: 'permission denied',
      }),
      aSource({
        name: 'ss',
        descriptors: null,
        sockets: null,
        matched: null,
        unmatched: null,
        status: 'timed-out',
        tookMs: null,
        because: 'no answer within 10 s',
      }),
    ],
  });

const empty = (): Inspection =>
  anInspection({ descriptors: [], limits: { open: 0, free: 1024, utilization: 0, highestFd: null }, sources: [] });

const huge = (): Inspection =>
  anInspection({
    descriptors: [
      ...HEALTHY_DESCRIPTORS,
      ...many(6500, (differs) => anOrphan({ ...differs, leak: (differs.fd ?? 0) % 2 === 0 ? 'certain' : 'suspect' }), {
        fd: 1000,
      }),
      ...Array.from({ length: 2000 }, (_, n) => aPeerClosed({ fd: 20_000 + 3 * n })),
    ],
    limits: { soft: 1_073_741_816, hard: 'unlimited' },
    sources: [aSource({ descriptors: 8506, sockets: 8502, matched: 2002, unmatched: 6500 })],
    faults: Array.from({ length: 40 }, (_, n) => ({
      source: 'proc-net-tcp6',
      line: n + 2,
      field: 'inode',
      found: 'x',
    })),
  });

const hostile = (): Inspection =>
  anInspection({
    host: HOSTILE,
    process: { comm: HOSTILE, exe: HOSTILE, cmdline: [HOSTILE, HOSTILE] },
    descriptors: [
      aDescriptor({ target: HOSTILE, deleted: true, sizeBytes: 4096 }),
      aDescriptor({ fd: 4, target: '/tmp/\uFFFD', targetBase64: 'L3RtcC//' }),
      aDescriptor({ fd: 5, tid: 4250, sharedWith: null, watchedBy: null }),
      aUnixSocket({ path: HOSTILE }),
      aSocket({ fd: 61, socket: { protocol: HOSTILE, foreign: true } }),
    ],
    capability: { level: 'sockets', missing: [{ source: 'lsof', what: HOSTILE, because: HOSTILE, remedy: HOSTILE }] },
    findings: [aFinding({ severity: 'info', title: HOSTILE, evidence: [HOSTILE], advice: HOSTILE.replace('\n', '') })],
    sources: [aSource({ because: HOSTILE })],
    disagreements: [{ between: ['lsof', 'proc-fd'], fds: [3], because: HOSTILE }],
    faults: [{ source: 'ss', line: 7, field: 'Local', found: HOSTILE }],
  });

const stillSuspect = (): Inspection =>
  anInspection({ descriptors: [...HEALTHY_DESCRIPTORS, aSocket({ fd: 31, is: 'fresh' })] });

/** Inspections by what they show. */
export const CASES = {
  leaked,
  healthy,
  suspect,
  unlisted,
  'count-only': countOnly,
  empty,
  huge,
  hostile,
  'still-suspect': stillSuspect,
};
