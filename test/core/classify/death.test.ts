import { describe, expect, it } from 'vitest';
import { deathOf } from '../../../src/core/classify/death.ts';
import { aWalkSocket } from '../walk-socket-builder.ts';

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
    expect(deathOf(aWalkSocket({ error }))).toEqual({ cause, errorName, atLeastMs: 5000, atMostMs: 5000 });
  });

  it('does not trust the last event of what an administrator destroyed, or its own program dissolved, to be the death', () => {
    expect(deathOf(aWalkSocket({ error: 103 }))).toEqual({
      cause: 'destroyed',
      errorName: 'ECONNABORTED',
      atLeastMs: null,
      atMostMs: 5000,
    });
    expect(deathOf(aWalkSocket({ remote: null }))).toMatchObject({ cause: 'unknown', atLeastMs: null, atMostMs: 5000 });
  });

  it.each([
    ['nothing was received', {}, 5000],
    ['what was received was answered', { bytesReceived: 100, answered: true }, 5000],
    ['something is left over', { bytesReceived: 100, answered: true, unreadBytes: 4 }, 9010],
    ['something may have been left over, and read since', { bytesReceived: 100 }, 9010],
    ['that, and when it came is not known', { bytesReceived: 100, sinceReceivedMs: null }, null],
    ['it came after the last event', { bytesReceived: 100, sinceReceivedMs: 10 }, 5000],
  ])('says how long at most it has been dead where %s', (_what, tcp, atMostMs) => {
    expect(deathOf(aWalkSocket({ tcp }))).toMatchObject({ atLeastMs: 5000, atMostMs });
  });

  it('knows no death of what lives, never was connected, or is no TCP', () => {
    expect(deathOf(aWalkSocket({ state: 'ESTABLISHED' }))).toBeNull();
    expect(deathOf(aWalkSocket({ tcp: { receiveSpace: 0 } }))).toBeNull();
    expect(deathOf({ ...aWalkSocket(), tcp: null })).toBeNull();
  });
});
