import { describe, expect, it } from 'vitest';
import { toProtocolName, toWalkProbe } from '../../../src/core/bpf/walk-probe.ts';
import type { WalkSocket } from '../../../src/core/model/walk.ts';
import { aWalkSocket } from '../walk-socket-builder.ts';

const INFO = {
  state: 'CLOSE',
  rcvMss: 536,
  pmtu: 65_535,
  rcvSpace: 65_495,
  lastDataSentMs: 900,
  lastDataRecvMs: 900,
  lastAckRecvMs: 900,
  bytesAcked: 0,
  bytesReceived: 3,
} as const;

const DEAD = aWalkSocket({
  netns: '4026531840',
  remote: { address: '127.0.0.2', port: 50_000 },
  memoryBytes: 2304,
  tcp: {
    receiveSpace: 65_495,
    sinceEventMs: 900,
    unreadBytes: 3,
    bytesReceived: 3,
    bytesAcked: 0,
    sinceReceivedMs: 900,
    sinceSentMs: 900,
    info: INFO,
  },
});

describe('toWalkProbe', () => {
  it('answers for a dead connection as it would itself', () => {
    expect(toWalkProbe(DEAD, '4026531840')).toEqual({
      family: 'inet',
      type: 'stream',
      protocol: 'tcp',
      info: INFO,
      local: { address: '127.0.0.1', port: 8080 },
      remote: { address: '127.0.0.2', port: 50_000 },
      unreadBytes: 3,
      memoryBytes: 2304,
      errorPending: true,
      hungUp: true,
      readEnded: true,
      hasPeer: null,
      foreign: false,
      netns: '4026531840',
    });
  });

  it('says of a socket of another namespace that it is, and nothing where its process’s is unknown', () => {
    expect(toWalkProbe(DEAD, '4026532000')?.foreign).toBe(true);
    expect(toWalkProbe(DEAD, null)?.foreign).toBeNull();
  });

  it('says nothing of MPTCP, nor of TCP whose coarse clock cannot be read', () => {
    expect(toWalkProbe({ ...DEAD, protocol: 262, tcp: null }, null)).toBeNull();
    expect(toWalkProbe({ ...DEAD, tcp: DEAD.tcp === null ? null : { ...DEAD.tcp, info: null } }, null)).toBeNull();
  });

  it('tells a unix socket whose peer has gone from one that is connected', () => {
    const unix: WalkSocket = { ...DEAD, family: 1, protocol: 0, error: 0, tcp: null, local: null, remote: null };
    const peer = { peer: 7, peerIsHeld: true };
    const gone = toWalkProbe({ ...unix, state: 'ESTABLISHED', unix: { ...peer, peerIsHeld: false } }, null);
    const there = toWalkProbe({ ...unix, state: 'ESTABLISHED', shutdown: 0, unix: peer }, null);
    expect(gone).toMatchObject({ family: 'unix', info: null, hasPeer: true, hungUp: true });
    expect(there).toMatchObject({ hasPeer: true, hungUp: false });
  });
});

describe('toProtocolName', () => {
  it('is the kernel’s, by which MPTCP is told from TCP and unix sockets from all else', () => {
    expect(toProtocolName(DEAD)).toBe('TCP');
    expect(toProtocolName({ ...DEAD, family: 10, protocol: 262 })).toBe('MPTCPv6');
    expect(toProtocolName({ ...DEAD, family: 1, protocol: 0 })).toBe('UNIX-STREAM');
    expect(toProtocolName({ ...DEAD, protocol: 17 })).toBeNull();
  });
});
