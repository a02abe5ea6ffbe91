import { expect, it } from 'vitest';
import { sparePooled } from '../../../src/core/classify/pooled-sockets.ts';
import type { InetSocket } from '../../../src/core/model/socket.ts';
import { aSocket } from '../../inspection-builder.ts';

const ended = (count: number, differs: (at: number) => Partial<InetSocket> = () => ({})) =>
  Array.from({ length: count }, (_, at) =>
    aSocket({
      fd: 10 + at,
      is: 'peer-closed',
      socket: {
        state: 'CLOSE_WAIT',
        local: { address: '10.0.0.2', port: 40_000 + at },
        remote: { address: '10.0.0.7', port: 5432 },
        acceptedOn: null,
        ...differs(at),
      },
    }),
  );

const suspects = (all: ReturnType<typeof ended>): number =>
  sparePooled(all).filter(({ verdict }) => verdict.leak === 'suspect').length;

it('takes 20 connections that their server has ended for a pool, and 21 for a leak', () => {
  expect(suspects(ended(20))).toBe(0);
  expect(suspects(ended(21))).toBe(21);
  expect(sparePooled(ended(1))[0]?.verdict.because).toContain('may be a pool');
});

it.each<{ why: string; differs: (at: number) => Partial<InetSocket> }>([
  {
    why: 'a listener accepted',
    differs: () => ({ acceptedOn: { address: '10.0.0.2', port: 40_000, listeners: [3], because: 'it listens' } }),
  },
  {
    why: 'came to a port of a listener elsewhere',
    differs: (at) => ({
      local: { address: '10.0.0.2', port: 40_000 },
      remote: { address: '10.0.0.7', port: 50_000 + at },
    }),
  },
  { why: 'came to a port of a service', differs: () => ({ local: { address: '10.0.0.2', port: 8080 } }) },
  { why: 'have no port that is known', differs: () => ({ local: null }) },
])('suspects connections that $why', ({ differs }) => {
  expect(suspects(ended(9, differs))).toBe(9);
});
