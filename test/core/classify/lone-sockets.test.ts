import { expect, it } from 'vitest';
import { spareLone } from '../../../src/core/classify/lone-sockets.ts';
import { aSocket, many } from '../../inspection-builder.ts';

it.each(['fresh', 'bound'] as const)('suspects no lone socket that is %s', (is) => {
  const [spared] = spareLone([aSocket({ is })]);

  expect(spared?.verdict).toMatchObject({ is, leak: 'no' });
  expect(spared?.verdict.because).toContain('one alone may be a reserve');
});

it.each(['fresh', 'bound'] as const)('suspects two that are %s', (is) => {
  expect(spareLone(many(2, aSocket, { is })).map(({ verdict }) => verdict.leak)).toEqual(['suspect', 'suspect']);
});

it('leaves others as they are', () => {
  const [closed] = spareLone([aSocket({ is: 'peer-closed' })]);

  expect(closed?.verdict.leak).toBe('suspect');
});
