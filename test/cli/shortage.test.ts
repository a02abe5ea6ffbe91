import { expect, it } from 'vitest';
import { describeShortage } from '../../src/cli/shortage.ts';

it.each([
  [Object.assign(new Error('too many open files'), { code: 'EMFILE' }), 'EMFILE'],
  [new Error('Too many open files (os error 24)'), 'EMFILE'],
  [new Error('cannot start ss', { cause: Object.assign(new Error('spawn'), { code: 'EAGAIN' }) }), 'EAGAIN'],
])('says what is short: %s', (error, code) => {
  expect(describeShortage(error)).toContain(code);
});

it.each([new TypeError('x is not a function'), Object.assign(new Error('no'), { code: 'ENOENT' }), 'text', null])(
  'takes anything else for a bug: %s',
  (error) => {
    expect(describeShortage(error)).toBeNull();
  },
);
