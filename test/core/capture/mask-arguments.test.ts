import { describe, expect, it } from 'vitest';
import { maskArguments, maskUserinfo } from '../../../src/core/capture/mask-arguments.ts';

describe('maskArguments', () => {
  it.each([
    [
      ['app', '--token', 'abc', 'x'],
      ['app', '--token', '***', 'x'],
    ],
    [
      ['app', '--api-key=abc'],
      ['app', '--api-key=***'],
    ],
    [
      ['mysql', '-pabc', '-u', 'me'],
      ['mysql', '-p***', '-u', '***'],
    ],
    [
      ['env', 'PGPASSWORD=abc', 'psql'],
      ['env', 'PGPASSWORD=***', 'psql'],
    ],
    [
      ['app', 'postgres://me:abc@db:5432/x'],
      ['app', 'postgres://***@db:5432/x'],
    ],
    [
      ['ssh', '-p2222', 'host'],
      ['ssh', '-p2222', 'host'],
    ],
    [
      ['python3', '/srv/app.py', '--port', '80'],
      ['python3', '/srv/app.py', '--port', '80'],
    ],
  ])('writes %j as %j', (words, masked) => {
    expect(maskArguments(words)).toEqual(masked);
  });

  it('hides who connects wherever a URL stands', () => {
    expect(maskUserinfo('a redis://:abc@cache/0 b')).toBe('a redis://***@cache/0 b');
  });
});
