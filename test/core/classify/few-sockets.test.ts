import { expect, it } from 'vitest';
import { spareFew } from '../../../src/core/classify/few-sockets.ts';
import type { InetSocket, TcpUse } from '../../../src/core/model/socket.ts';
import { A_USE, aSocket, many } from '../../inspection-builder.ts';

const leaks = (all: readonly ReturnType<typeof aSocket>[], wasLookedTwice = false) =>
  spareFew(all, wasLookedTwice).map(({ verdict }) => verdict.leak);

const inState = (state: InetSocket['state'], use: Partial<TcpUse> | null) =>
  aSocket({
    is: state === 'CLOSE_WAIT' ? 'peer-closed' : 'half-closed',
    socket: { state, use: use === null ? null : { ...A_USE, ...use } },
  });

it.each(['fresh', 'bound'] as const)('suspects no lone socket that is %s', (is) => {
  const [spared] = spareFew([aSocket({ is })], true);

  expect(spared?.verdict).toMatchObject({ is, leak: 'no' });
  expect(spared?.verdict.because).toContain('one alone may be a reserve');
});

it.each(['fresh', 'bound'] as const)('suspects two that are %s', (is) => {
  expect(leaks(many(2, aSocket, { is }))).toEqual(['suspect', 'suspect']);
});

it.each(['peer-closed', 'half-closed', 'peer-gone'] as const)(
  'suspects not one or two that are %s, but three',
  (is) => {
    expect(leaks(many(1, aSocket, { is }))).toEqual(['no']);
    expect(leaks(many(2, aSocket, { is }))).toEqual(['no', 'no']);
    expect(leaks(many(3, aSocket, { is }))).toEqual(['suspect', 'suspect', 'suspect']);
  },
);

it('says that one or two may be passing', () => {
  const [spared] = spareFew([inState('FIN_WAIT1', {})], false);

  expect(spared?.verdict.because).toBe('the table tcp6 says FIN_WAIT1; one or two may be passing');
});

it('counts the states that pass together, and none that was acquitted before', () => {
  const closed = aSocket({ is: 'peer-closed' });
  expect(leaks([closed, closed, aSocket({ is: 'half-closed' })])).toEqual(['suspect', 'suspect', 'suspect']);
  expect(leaks([closed, closed, aSocket({ is: 'half-closed', leak: 'no' })])).toEqual(['no', 'no', 'no']);
});

it.each([
  ['CLOSE_WAIT', 59_999, 'no'],
  ['CLOSE_WAIT', 60_000, 'suspect'],
  ['FIN_WAIT2', 59_999, 'no'],
  ['FIN_WAIT2', 60_000, 'suspect'],
  // What came last came before the end that is not acknowledged: it tells nothing of its age.
  ['FIN_WAIT1', 600_000, 'no'],
] as const)('suspects one in %s %i ms after its last segment: %s', (state, sinceAckMs, leak) => {
  expect(leaks([inState(state, { sinceAckMs })])).toEqual([leak]);
  expect(leaks([inState(state, { sinceAckMs })], true)).toEqual([leak]);
});

it('goes by a second look where nothing tells an age', () => {
  expect(leaks([inState('CLOSE_WAIT', null)], false)).toEqual(['no']);
  expect(leaks([inState('CLOSE_WAIT', null)], true)).toEqual(['suspect']);
  expect(leaks([inState('CLOSE_WAIT', { sinceAckMs: null })], true)).toEqual(['suspect']);
});

it('leaves others as they are', () => {
  expect(leaks([aSocket({ is: 'connect-failed' }), aSocket({ is: 'established' })])).toEqual(['suspect', 'no']);
});
