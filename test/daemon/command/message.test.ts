import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseProxyMessage, parseServiceMessage } from '../../../src/daemon/command/message.ts';

const HELLO = { type: 'hello', version: 1, service: 'echo', srvPort: 0 };
const WELCOME = {
  type: 'welcome',
  version: 1,
  srvPort: 40001,
  reversePort: 40002,
  pairing: 'token',
  heartbeatMs: 5000,
};
const TOKEN = '0123456789abcdef0123456789abcdef';

describe('parseServiceMessage', () => {
  it.each([HELLO, { type: 'ping' }])('reads $type', (message) => {
    expect(parseServiceMessage(message)).toEqual({ kind: 'message', message });
  });

  it('drops fields it does not know', () => {
    expect(parseServiceMessage({ ...HELLO, colour: 'red' })).toEqual({ kind: 'message', message: HELLO });
  });

  it.each([
    { why: 'no object', value: 'hello', because: 'a message that does not fit: "hello"' },
    { why: 'null', value: null, because: 'a message that does not fit: null' },
    { why: 'an unknown type', value: { type: 'bye' }, because: 'a message that does not fit: {"type":"bye"}' },
    { why: 'another version', value: { ...HELLO, version: 2 }, because: 'version 2, this side speaks 1' },
    { why: 'no version', value: { type: 'hello' }, because: 'version undefined, this side speaks 1' },
    { why: 'a name with a slash', value: { ...HELLO, service: 'a/b' }, because: /does not fit/ },
    { why: 'a name of 65 letters', value: { ...HELLO, service: 'x'.repeat(65) }, because: /does not fit/ },
    { why: 'an empty name', value: { ...HELLO, service: '' }, because: /does not fit/ },
    { why: 'a port above 65535', value: { ...HELLO, srvPort: 65_536 }, because: /does not fit/ },
    { why: 'a negative port', value: { ...HELLO, srvPort: -1 }, because: /does not fit/ },
    { why: 'half a port', value: { ...HELLO, srvPort: 0.5 }, because: /does not fit/ },
  ])('refuses $why and quotes it', ({ value, because }) => {
    expect(parseServiceMessage(value)).toEqual({
      kind: 'bad',
      because: typeof because === 'string' ? because : expect.stringMatching(because),
    });
  });
});

describe('parseProxyMessage', () => {
  it.each([
    WELCOME,
    { type: 'client', token: TOKEN },
    { type: 'client', token: '' },
    { type: 'refused', because: 'full' },
    { type: 'ping' },
  ])('reads $type', (message) => {
    expect(parseProxyMessage(message)).toEqual({ kind: 'message', message });
  });

  it.each([
    { why: 'a token that is too short', value: { type: 'client', token: TOKEN.slice(1) } },
    { why: 'a token in capitals', value: { type: 'client', token: TOKEN.toUpperCase() } },
    { why: 'a welcome without a port', value: { ...WELCOME, srvPort: undefined } },
    { why: 'an unknown pairing', value: { ...WELCOME, pairing: 'luck' } },
    { why: 'a heartbeat of a day', value: { ...WELCOME, heartbeatMs: 86_400_000 } },
    { why: 'a refusal without a reason', value: { type: 'refused' } },
  ])('refuses $why', ({ value }) => {
    expect(parseProxyMessage(value).kind).toBe('bad');
  });

  it('answers every value', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(['message', 'bad']).toContain(parseProxyMessage(value).kind);
        expect(['message', 'bad']).toContain(parseServiceMessage(value).kind);
      }),
    );
  });
});
