import { describe, expect, it } from 'vitest';
import { deathOf } from '../../../src/core/classify/death.ts';
import type { WalkSocket, WalkTcp } from '../../../src/core/model/walk.ts';

const TCP: WalkTcp = {
  receiveSpace: 65_483,
  sinceEventMs: 5000,
  unreadBytes: 0,
  bytesReceived: 0,
  bytesAcked: 1,
  sinceReceivedMs: 9000,
  sinceSentMs: 9000,
  answered: false,
  info: null,
};

/** A connection that was reset 5 s ago. */
function aSocket({ tcp, ...differs }: Partial<Omit<WalkSocket, 'tcp'>> & { readonly tcp?: Partial<WalkTcp> } = {}) {
  const socket: WalkSocket = {
    identity: 1,
    family: 2,
    type: 1,
    protocol: 6,
    state: 'CLOSE',
    shutdown: 3,
    error: 104,
    netns: '4026531833',
    local: { address: '127.0.0.1', port: 8080 },
    remote: { address: '127.0.0.1', port: 40_000 },
    acceptQueue: null,
    memoryBytes: 0,
    cookie: null,
    unix: null,
    tcp: { ...TCP, ...tcp },
  };
  return { ...socket, ...differs, tcp: { ...TCP, ...tcp } };
}

describe('deathOf', () => {
  it.each([
    [104, 'reset', 'ECONNRESET'],
    [32, 'reset', 'EPIPE'],
    [110, 'timed-out', 'ETIMEDOUT'],
    [111, 'refused', 'ECONNREFUSED'],
    [113, 'unreachable', 'EHOSTUNREACH'],
    [101, 'unreachable', 'ENETUNREACH'],
    [0, 'ended', null],
    [71, 'unknown', null],
  ])('reads error %d as %s, dead to the moment', (error, cause, errorName) => {
    expect(deathOf(aSocket({ error }))).toEqual({ cause, errorName, atLeastMs: 5000, atMostMs: 5000 });
  });

  it('does not trust the last event of what an administrator destroyed, or its own program dissolved, to be the death', () => {
    expect(deathOf(aSocket({ error: 103 }))).toEqual({
      cause: 'destroyed',
      errorName: 'ECONNABORTED',
      atLeastMs: null,
      atMostMs: 5000,
    });
    expect(deathOf(aSocket({ remote: null }))).toMatchObject({ cause: 'unknown', atLeastMs: null, atMostMs: 5000 });
  });

  it.each([
    ['nothing was received', {}, 5000],
    ['what was received was answered', { bytesReceived: 100, answered: true }, 5000],
    ['something is left over', { bytesReceived: 100, answered: true, unreadBytes: 4 }, 9010],
    ['something may have been left over, and read since', { bytesReceived: 100 }, 9010],
    ['that, and when it came is not known', { bytesReceived: 100, sinceReceivedMs: null }, null],
    ['it came after the last event', { bytesReceived: 100, sinceReceivedMs: 10 }, 5000],
  ])('says how long at most it has been dead where %s', (_what, tcp, atMostMs) => {
    expect(deathOf(aSocket({ tcp }))).toMatchObject({ atLeastMs: 5000, atMostMs });
  });

  it('knows no death of what lives, never was connected, or is no TCP', () => {
    expect(deathOf(aSocket({ state: 'ESTABLISHED' }))).toBeNull();
    expect(deathOf(aSocket({ tcp: { receiveSpace: 0 } }))).toBeNull();
    expect(deathOf({ ...aSocket(), tcp: null })).toBeNull();
  });
});
