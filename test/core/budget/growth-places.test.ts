import { describe, expect, it } from 'vitest';
import { measureGrowth } from '../../../src/core/exercise/growth.ts';
import type { Descriptor } from '../../../src/core/model/descriptor.ts';
import type { InetSocket } from '../../../src/core/model/socket.ts';
import type { VerdictName } from '../../../src/core/model/verdict.ts';
import { aSocket, aUnixSocket } from '../../inspection-builder.ts';
import { file, grow, look } from './looks.ts';

const LOOPBACK = '127.0.0.1';
const dead = { state: 'CLOSE', listed: false, remote: null } as const;
const at = (port: number, address = LOOPBACK) => ({ address, port });

describe('measureGrowth, of sockets on ports that the kernel gave out', () => {
  const on = (is: VerdictName, socket: Partial<InetSocket>) => (run: number) =>
    aSocket({ fd: 10 + run, is, socket: { ...socket, local: at(40_000 + 7 * run) } });

  it.each([
    { what: 'connect-failed, tcp on 127.0.0.1:*', make: on('connect-failed', dead) },
    { what: 'orphaned, tcp on 127.0.0.1:*', make: on('orphaned', dead) },
    { what: 'bound, tcp on 127.0.0.1:*', make: on('bound', dead) },
    { what: 'closed-listener, tcp on 127.0.0.1:*', make: on('closed-listener', dead) },
    { what: 'listening, tcp on 127.0.0.1:*', make: on('listening', { state: 'LISTEN', remote: null }) },
    { what: 'datagram, udp on 127.0.0.1:*', make: on('datagram', { protocol: 'udp', state: 'CLOSE', remote: null }) },
    { what: 'peer-closed, tcp to 127.0.0.1:5432', make: on('peer-closed', { remote: at(5432) }) },
    { what: 'established, tcp to 127.0.0.1:50051', make: on('established', { remote: at(50_051) }) },
  ])('takes them for one group: $what', ({ what, make }) => {
    const { looks, final } = grow(make);

    expect(measureGrowth(looks, final)).toMatchObject([{ what, runs: [1, 1, 1], leaks: true }]);
  });

  it('tells connections apart by the listener that accepted them, on whatever port that is', () => {
    const acceptedOn = (port: number) => ({ ...at(port), listeners: [3], because: 'it has this port' });
    const make = (run: number) => (port: number) =>
      aSocket({
        fd: 10 + run + port,
        is: 'orphaned',
        socket: { ...dead, local: at(port), acceptedOn: acceptedOn(port) },
      });
    const [a, b, c] = [make(0)(41_375), make(1)(41_375), make(1)(45_000)];

    expect(measureGrowth([look(), look(a), look(a, b, c)], [a, b, c])).toMatchObject([
      { what: 'orphaned, tcp accepted on 127.0.0.1:41375', runs: [1, 1], leaks: true },
      { what: 'orphaned, tcp accepted on 127.0.0.1:45000', runs: [0, 1], leaks: false },
    ]);
  });

  it('groups what a listener of another process accepted by its port, not by those of the clients', () => {
    const { looks, final } = grow((run) =>
      aSocket({
        fd: 10 + run,
        is: 'peer-closed',
        socket: { local: at(443), remote: at(50_000 + run, `10.0.0.${run}`) },
      }),
    );

    expect(measureGrowth(looks, final)).toMatchObject([{ what: 'peer-closed, tcp accepted on :443', leaks: true }]);
  });

  it('does not take an outgoing connection for a leak that is replaced, and has another port each time', () => {
    const made = [0, 1, 2, 3].map((run) =>
      aSocket({ fd: 10, inode: `${run}`, socket: { local: at(40_000 + run), remote: at(5432) } }),
    );

    expect(
      measureGrowth(
        made.map((one) => look(one)),
        made.slice(-1),
      ),
    ).toMatchObject([{ runs: [0, 0, 1], leaks: false }]);
  });
});

describe('measureGrowth, of names that are made up', () => {
  const unix = (path: string, run: number): Descriptor =>
    aUnixSocket({ path }, { fd: 10 + run, target: `socket:[${run}]` });

  it.each([
    { why: 'mkstemp of C', names: ['up-aKxzqp', 'up-qkTlmn', 'up-9aBcde'], what: 'file /srv/up-*' },
    { why: 'tempfile of Python', names: ['tmpphlosqtv', 'tmpab_cdefg', 'tmp12_k3_lm'], what: 'file /srv/tmp*' },
    { why: 'numbers', names: ['x-1', 'x-22', 'x-333'], what: 'file /srv/x-#' },
    { why: 'words', names: ['alpha', 'beta', 'gamma'], what: 'file /srv/*' },
  ])('finds files that leak by names of $why', ({ names, what }) => {
    const { looks, final } = grow((run) => file(3 + run, `/srv/${names[run]}`));

    expect(measureGrowth(looks, final)).toMatchObject([{ what, runs: [1, 1, 1], leaks: true }]);
  });

  it.each([
    { names: ['/tmp/tmpphlosqtv', '/tmp/tmpab_cdefg', '/tmp/tmp12_k3_lm'], what: 'in-use, unix /tmp/tmp*' },
    { names: ['/run/alpha', '/run/beta', '/run/gamma'], what: 'in-use, unix /run/*' },
    { names: ['@alpha', '@beta', '@gamma'], what: 'in-use, unix @*' },
    { names: ['@app-1', '@app-2', '@app-30'], what: 'in-use, unix @app-#' },
  ])('finds unix sockets that leak at $names', ({ names, what }) => {
    const { looks, final } = grow((run) => unix(names[run] ?? '', run));

    expect(measureGrowth(looks, final)).toMatchObject([{ what, runs: [1, 1, 1], leaks: true }]);
  });

  it('finds connections that leak to a service whose name has several addresses', () => {
    const { looks, final } = grow((run) =>
      aSocket({
        fd: 10 + run,
        is: 'peer-closed',
        socket: { local: at(40_000 + run), remote: at(443, `10.0.0.${run}`) },
      }),
    );

    expect(measureGrowth(looks, final)).toMatchObject([{ what: 'peer-closed, tcp to *:443', leaks: true }]);
  });

  it('leaves a cache that fills once in its folder out of a leak beside it', () => {
    const { looks, final } = grow((run) => file(3 + run, `/srv/x-${run}`));
    const cache = file(50, '/srv/index');

    expect(
      measureGrowth(
        looks.map((one, run) => (run === 0 ? one : new Set([...one, ...look(cache)]))),
        [...final, cache],
      ),
    ).toMatchObject([
      { what: 'file /srv/x-#', runs: [1, 1, 1], leaks: true },
      { what: 'file /srv/index', runs: [1, 0, 0], leaks: false },
    ]);
  });
});
