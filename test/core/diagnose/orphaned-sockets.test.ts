import { describe, expect, it } from 'vitest';
import { applyRule } from '../../../src/core/diagnose/case.ts';
import { ORPHANED_SOCKETS } from '../../../src/core/diagnose/orphaned-sockets.ts';
import type { Descriptor } from '../../../src/core/model/descriptor.ts';
import {
  aCase,
  aDescriptor,
  anOrphan,
  aPeerClosed,
  HEALTHY_DESCRIPTORS,
  many,
  type InspectionDiffers,
  type SocketDiffers,
} from '../../inspection-builder.ts';

const EPOLL = aDescriptor({ fd: 4, kind: 'epoll', target: 'anon_inode:[eventpoll]', inode: null });
const find = (descriptors: readonly Descriptor[], differs: InspectionDiffers = {}) =>
  applyRule(ORPHANED_SOCKETS, aCase({ descriptors: [...HEALTHY_DESCRIPTORS, ...descriptors], ...differs }));
const evidence = (descriptors: readonly Descriptor[], differs: InspectionDiffers = {}) =>
  find(descriptors, differs)?.evidence.join('\n');
const forty = (differs: SocketDiffers = {}) => many(40, anOrphan, differs);

describe('the rule orphaned-sockets', () => {
  it('says nothing of a healthy server', () => {
    expect(find([])).toBeNull();
  });

  it.each([
    { why: 'all are certain', leaks: ['certain', 'certain'], severity: 'error' },
    { why: 'one is certain', leaks: ['suspect', 'certain'], severity: 'error' },
    { why: 'none is certain', leaks: ['suspect', 'suspect'], severity: 'warning' },
  ] as const)('is of severity $severity where $why', ({ leaks, severity }) => {
    const found = find(leaks.map((leak, index) => anOrphan({ fd: 40 + index, leak })));

    expect(found).toMatchObject({ severity, count: 2 });
  });

  it.each([
    { count: 1, title: '1 dead socket: the connection is over, its descriptor is not' },
    { count: 40, title: '40 dead sockets: the connections are over, their descriptors are not' },
  ])('counts $count in its title', ({ count, title }) => {
    expect(find(many(count, anOrphan))?.title).toBe(title);
  });

  it('counts a socket with two descriptors as one socket and two descriptors', () => {
    const found = find([anOrphan({ fd: 40, inode: '9' }), anOrphan({ fd: 41, inode: '9' })]);

    expect(found).toMatchObject({ count: 2 });
    expect(found?.title).toMatch(/^2 descriptors of 1 dead socket:/);
  });

  it.each([
    { why: 'a listener', socket: {}, line: '40 of 40 were accepted on :8080, where fd 17 listens' },
    {
      why: 'two listeners',
      socket: { acceptedOn: { address: '127.0.0.1', port: 8080, listeners: [17, 18], because: '' } },
      line: '40 of 40 were accepted on 127.0.0.1:8080, where fds 17, 18 listen',
    },
    {
      why: 'a listener that is gone',
      socket: { acceptedOn: { address: '::1', port: 8080, listeners: [], because: '' } },
      line: 'share the local port :8080, on which this process no longer listens',
    },
    {
      why: 'no listener',
      socket: { acceptedOn: null, local: null },
      line: '40 of 40 without a known listener: perhaps outgoing connections',
    },
  ])('tells where they were accepted: $why', ({ socket, line }) => {
    expect(evidence(forty({ socket }))).toContain(line);
  });

  it('bounds how long they have been dead by the looks, the oldest last ack and the median', () => {
    const found = evidence(
      [1000, 5000, 85_788].map((sinceAckMs, i) => anOrphan({ fd: 40 + i, autopsy: { sinceAckMs } })),
    );

    expect(found).toContain(
      'dead for at least 250 ms (between two looks), at most 85.8 s (oldest last ack; median 5 s)',
    );
  });

  it.each([
    {
      why: 'nobody looked twice',
      differs: {
        options: { sources: ['proc', 'autopsy'] as const, settleMs: 0, certainAfterMs: 600_000 },
        secondLookAt: null,
        looksApartMs: null,
      },
      line: 'dead when looked at once, so for at least a moment',
    },
    {
      why: 'the process is older than the counter',
      differs: { process: { startedAt: '2026-10-03T19:46:00.000Z' } },
      line: 'the process has run for 50 d; the counter of these ages wraps, so the true age may be longer by multiples of 49.7 days',
    },
    {
      why: 'the age of the process is not known',
      differs: { process: { startedAt: null } },
      line: 'the age of the process is unknown',
    },
  ])('says how far the bounds hold where $why', ({ differs, line }) => {
    expect(evidence([anOrphan()], differs)).toContain(line);
  });

  it('says nothing of the counter where the process is younger than it', () => {
    expect(evidence([anOrphan()], { process: { startedAt: '2026-10-05T19:46:00.000Z' } })).not.toContain('49.7');
  });

  it('says that an upper bound is not known rather than 0', () => {
    expect(evidence([anOrphan({ autopsy: { sinceAckMs: null } })])).toContain('no upper bound is known');
  });

  it('tells the program that was never told from the one that may have been', () => {
    const found = evidence([
      ...many(3, anOrphan, { fd: 100 }),
      ...many(2, anOrphan, { fd: 200, autopsy: { errorPending: false } }),
      anOrphan({ fd: 300, socket: { autopsy: null } }),
    ]);

    expect(found).toContain(
      'an error is pending on 3 of 6: the program has not read these sockets since the connection died',
    );
    expect(found).toContain('no error is pending on 2 of 6');
    expect(found).toContain('for 1 of 6 it is unknown whether the program was told');
  });

  it('does not say of what the program may have dissolved itself that nobody has read it', () => {
    const { verdict } = anOrphan();
    const dissolved = { descriptor: { verdict: { ...verdict, cause: 'unknown' } } } as const;
    const vanished = { descriptor: { verdict: { ...verdict, cause: 'timed-out' } } } as const;
    const found = evidence([
      ...many(3, anOrphan, { fd: 100 }),
      ...many(2, anOrphan, { fd: 200, ...dissolved }),
      anOrphan({ fd: 300, ...vanished }),
    ]);

    expect(found).toContain(
      'an error is pending on 4 of 6: the program has not read these sockets since the connection died',
    );
    expect(found).toContain(
      'an error is pending on 2 of 6, but the peer sent no end: the program may have disconnected them itself (connect to AF_UNSPEC)',
    );
  });

  it.each([
    { why: 'watched', watchedBy: [4], line: 'an epoll set (fd 4) watches 1 of 1' },
    { why: 'unwatched', watchedBy: [], line: 'no epoll set watches 1 of 1: an event loop on epoll will never notice' },
    { why: 'not known', watchedBy: null, line: 'whether anything polls them is unknown' },
  ])('tells whether anything polls them: $why', ({ watchedBy, line }) => {
    expect(evidence([EPOLL, anOrphan({ descriptor: { watchedBy } })])).toContain(line);
  });

  it('does not conclude from epoll where the process has none', () => {
    const found = applyRule(ORPHANED_SOCKETS, aCase({ descriptors: [anOrphan({ descriptor: { watchedBy: [] } })] }));

    expect(found?.evidence).toContain(
      'the process has no epoll set: whether a thread waits for them in poll, select or read is unknown',
    );
  });

  it.each([
    { bytes: [0, 0], line: 'bytes received: 0 on all of them; no peer ever sent a byte' },
    { bytes: [0, 1], line: 'bytes received: at most 1 on each, and a FIN counts as one' },
    { bytes: [0, 120], line: null },
    { bytes: [0, null], line: null },
  ])('concludes from received bytes $bytes: $line', ({ bytes, line }) => {
    const found = evidence(bytes.map((bytesReceived, i) => anOrphan({ fd: 40 + i, autopsy: { bytesReceived } })));

    if (line === null) expect(found).not.toContain('bytes received');
    else expect(found).toContain(line);
  });

  it('joins the two ages of one leak where CLOSE_WAIT is on the same port', () => {
    expect(evidence([anOrphan(), aPeerClosed({ fd: 30 }), aPeerClosed({ fd: 31 })])).toContain(
      '2 more on :8080 are in CLOSE_WAIT: the same leak, earlier',
    );
    expect(evidence([anOrphan(), aPeerClosed({ socket: { local: { address: '::1', port: 9090 } } })])).not.toContain(
      'CLOSE_WAIT',
    );
  });

  it('names only the checks that all of them passed', () => {
    const once = anOrphan({ fd: 41 });
    const found = find([anOrphan(), { ...once, verdict: { ...once.verdict, checked: ['namespaces', 'autopsy'] } }]);

    expect(found?.checked).toEqual(['namespaces', 'autopsy']);
  });

  it('says first how much room is left, then how to gain time', () => {
    const found = find([anOrphan()], { limits: { soft: 1024, hard: 524_288, open: 600, free: 424 } });

    expect(found?.advice).toMatch(
      /^Tonight: 424 of 1024 numbers are still free\. To buy time, `prlimit --pid 4242 --nofile=4096:524288` raises/,
    );
  });

  it('advises no new limit while half of the numbers are free', () => {
    const found = find([anOrphan()], { limits: { soft: 1024, hard: 524_288, open: 73, free: 951 } });

    expect(found?.advice).toMatch(/^Tonight: 951 of 1024 numbers are still free\. A restart/);
  });

  it('advises a second look before anything else where nothing is certain', () => {
    expect(find([anOrphan({ leak: 'suspect' })])?.advice).toMatch(
      /^Tonight: fdleak inspect 4242 --settle 10m or fdleak watch 4242 decides/,
    );
  });

  it('does not advise a new limit where there is none', () => {
    const found = find([anOrphan()], { limits: { soft: 'unlimited', hard: 'unlimited' } });

    expect(found?.advice).toMatch(/^Tonight: A restart frees them all\.\nTomorrow: close the accepted socket/);
  });

  it('speaks of no accepted socket where none of them was', () => {
    const found = find([anOrphan({ socket: { acceptedOn: null, local: null } })]);

    expect(found?.advice).toMatch(/\nTomorrow: close the socket on every path that gives up on it: a timeout, an/);
  });
});
