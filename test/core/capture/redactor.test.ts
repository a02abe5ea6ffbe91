import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Redactor } from '../../../src/core/capture/redactor.ts';
import { readSaved } from '../../../src/core/saved/read-saved.ts';
import { summarise } from '../../../src/core/saved/summarise.ts';
import { fixture } from '../../lines.ts';

const hash = (text: string): string => createHmac('sha256', 'key').update(text).digest('hex');
const redact = (text: string, ...names: readonly string[]): string => new Redactor(hash, names).redact(text);

describe('Redactor', () => {
  it.each([
    '192.168.0.18',
    '::ffff:192.168.0.18',
    '2a02:1788:1004:b15:71d3:a2e8:2c7:daaf',
    '/srv/relay/spool.dat',
    '@adaptiveservice/builtin.sock',
    'gshell-leaky',
    'db7.example.net',
    '1200A8C0:1F90',
    '0000000000000000FFFF00001200A8C0:1F90',
  ])('leaves nothing of %s', (original) => {
    const text = `a ${original} b "${original}"`;
    const redacted = redact(text, 'gshell-leaky', 'db7.example.net');
    expect(redacted).not.toContain(original.replace(/:1F90$/, '').replace('::ffff:', ''));
    const [, first, second] = /^a (.*) b "(.*)"$/.exec(redacted)!;
    expect(first).toBe(second);
  });

  it.each([
    '127.0.0.1',
    '0.0.0.0',
    '::1',
    '::',
    '0100007F:1F90',
    '00000000:0000',
    '/dev/null',
    '/proc/7/fd',
    '10:15:31',
  ])('keeps %s, which tells nothing', (text) => {
    expect(redact(`a ${text} b`)).toBe(`a ${text} b`);
  });

  it('gives one address one name in text, in hex, and mapped into IPv6', () => {
    const [text = '', hex = '', mapped = ''] = redact('192.168.0.18 1200A8C0:1F90 ::ffff:192.168.0.18').split(' ');
    const bytes = hex.slice(0, 8).match(/../g)!.toReversed();
    expect(bytes.map((byte) => Number.parseInt(byte, 16)).join('.')).toBe(text);
    expect(mapped).toBe(`::ffff:${text}`);
  });

  it('keeps every number of a listing', () => {
    const text = fixture('saved/01-lsof-4.95.txt');
    const redacted = redact(text, 'relayd');
    expect(redacted).not.toMatch(/relay|hostname|spool/);
    expect(summarise(readSaved(redacted).parts[0]!)).toEqual({
      ...summarise(readSaved(text).parts[0]!),
      kinds: expect.objectContaining({ socket: 21 }),
    });
  });
});
