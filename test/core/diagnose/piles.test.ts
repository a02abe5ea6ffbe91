import { describe, expect, it } from 'vitest';
import { applyRule } from '../../../src/core/diagnose/case.ts';
import { HALF_CLOSED_PILE_UP } from '../../../src/core/diagnose/half-closed-pile-up.ts';
import { PEER_CLOSED_PILE_UP } from '../../../src/core/diagnose/peer-closed-pile-up.ts';
import type { Descriptor } from '../../../src/core/model/descriptor.ts';
import {
  aCase,
  anOrphan,
  aPeerClosed,
  aSocket,
  HEALTHY_DESCRIPTORS,
  many,
  type SocketDiffers,
} from '../../inspection-builder.ts';

/** Among `open` descriptors: the share of a pile depends on it. */
const among = (open: number, descriptors: readonly Descriptor[]) =>
  aCase({ descriptors: [...HEALTHY_DESCRIPTORS, ...descriptors], limits: { open } });
const evidence = (descriptors: readonly Descriptor[]) =>
  applyRule(PEER_CLOSED_PILE_UP, among(500, descriptors))?.evidence.join('\n');
const aHalfClosed = (differs: SocketDiffers) =>
  aSocket({ ...differs, is: 'half-closed', socket: { state: 'FIN_WAIT2', ...differs.socket } });
const outgoing = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    aPeerClosed({
      fd: 100 + i,
      socket: {
        acceptedOn: null,
        local: { address: '192.0.2.1', port: 40_000 + i },
        remote: { address: '192.0.2.9', port: 443 },
      },
    }),
  );

describe('the rule peer-closed-pile-up', () => {
  it.each([
    { count: 0, open: 500, fires: false },
    { count: 2, open: 8, fires: false },
    { count: 7, open: 500, fires: false },
    { count: 8, open: 500, fires: true },
    { count: 3, open: 30, fires: false },
    { count: 4, open: 30, fires: true },
  ])('fires for $count on one port among $open open: $fires', ({ count, open, fires }) => {
    expect(applyRule(PEER_CLOSED_PILE_UP, among(open, many(count, aPeerClosed))) !== null).toBe(fires);
  });

  it('is a warning that counts them in its title', () => {
    expect(applyRule(PEER_CLOSED_PILE_UP, among(500, many(9, aPeerClosed)))).toMatchObject({
      severity: 'warning',
      count: 9,
      title: '9 connections in CLOSE_WAIT: the peers have finished, this process has not closed',
    });
  });

  it('gathers outgoing connections by their remote end', () => {
    expect(evidence(outgoing(8))).toContain('8 of 8 connected with 192.0.2.9:443: no listener known, perhaps outgoing');
  });

  it('tells what is not read from what was read and kept', () => {
    const found = evidence([
      ...many(5, aPeerClosed, { fd: 100, socket: { recvQueueBytes: 1 } }),
      ...many(2, aPeerClosed, { fd: 200, socket: { recvQueueBytes: 1025 } }),
      ...many(3, aPeerClosed, { fd: 300, socket: { recvQueueBytes: 0 } }),
    ]);

    expect(found).toContain('the end of the stream waits unread on 7 of 10, and 2 KiB of data before it');
    expect(found).toContain(
      'on 3 of 10 nothing is left to read but the end of the stream, and the descriptor was kept',
    );
  });

  it('says nothing of reading where the queues are not known', () => {
    expect(evidence(many(8, aPeerClosed, { socket: { recvQueueBytes: null } }))).not.toContain('read the end');
  });

  it('names the orphans of the same port as its later age', () => {
    expect(evidence([...many(8, aPeerClosed), anOrphan()])).toContain('1 dead socket on the same port');
    expect(evidence(many(8, aPeerClosed))).not.toContain('the same leak, later');
  });
});

describe('the rule half-closed-pile-up', () => {
  it.each([
    { count: 7, fires: false },
    { count: 8, fires: true },
  ])('fires for $count on one port: $fires', ({ count, fires }) => {
    expect(applyRule(HALF_CLOSED_PILE_UP, among(500, many(count, aHalfClosed))) !== null).toBe(fires);
  });

  it('tells the unacknowledged ones', () => {
    const found = applyRule(
      HALF_CLOSED_PILE_UP,
      among(500, [...many(8, aHalfClosed), aHalfClosed({ fd: 90, socket: { state: 'FIN_WAIT1' } })]),
    );

    expect(found).toMatchObject({ severity: 'warning', count: 9 });
    expect(found?.evidence).toContain('1 of 9 are in FIN_WAIT1: the peer has not even acknowledged the end');
  });

  it('does not take CLOSE_WAIT for its own', () => {
    expect(applyRule(HALF_CLOSED_PILE_UP, among(500, many(40, aPeerClosed)))).toBeNull();
  });
});
