import { execFileSync } from 'node:child_process';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import {
  Client,
  connectClients,
  echo,
  isListening,
  type Party,
  readStatus,
  settle,
  startParty,
  startService,
  until,
  untilWaiting,
} from './processes/proxy-parties.ts';

/** Ways that a test does not want to see are put out of its reach. */
const NEVER = '1h';
const CLIENTS = 40;

const running: Party[] = [];

async function startFixed(...args: string[]): Promise<Party> {
  const proxy = await startParty([
    '--pair-timeout',
    NEVER,
    '--heartbeat',
    NEVER,
    '--idle-timeout',
    NEVER,
    '--drain-timeout',
    '3s',
    ...args,
  ]);
  running.push(proxy);
  return proxy;
}

async function startEcho(proxy: Party, ...args: string[]): Promise<Party> {
  const service = await startService(proxy, '--retry', NEVER, ...args);
  running.push(service);
  return service;
}

/** A client that has had its first words back. */
async function connectPaired(service: Party): Promise<Client | undefined> {
  const [client] = await connectClients(service.ready.srvPort, 1);
  client?.socket.write('paired');
  await until(
    () => client?.text,
    (text) => text === 'paired',
  );
  return client;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(async (party) => party.stop()));
});

const descriptors = (party: Party, count: number) =>
  until(
    () => party.descriptors,
    (n) => n === count,
  );
const allClosed = (clients: readonly Client[]) =>
  until(
    () => clients.filter(({ isClosed }) => isClosed).length,
    (n) => n === clients.length,
  );

describe('the fixed proxy closes what it holds', () => {
  it('when ConnCmd breaks: the clients that wait, SrvPort and ReversePort', async () => {
    const proxy = await startFixed();
    const before = await settle(proxy);
    const service = await startEcho(proxy);
    service.signal('SIGSTOP');
    const clients = await connectClients(service.ready.srvPort, CLIENTS);
    await untilWaiting(proxy, CLIENTS);

    await service.stop();

    await allClosed(clients);
    expect(clients.map(({ error }) => error)).toEqual(Array.from({ length: CLIENTS }, () => 'ECONNRESET'));
    expect(await isListening(service.ready.srvPort)).toBe(false);
    expect(await isListening(service.ready.reversePort)).toBe(false);
    await descriptors(proxy, before);
    expect(await readStatus(proxy)).toMatchObject({ services: [], waiting: 0, accepted: CLIENTS, closed: CLIENTS });
  });

  it('when the service hangs: clients after the pairing deadline, and the service serves again once it goes on', async () => {
    const proxy = await startFixed('--pair-timeout', '3s');
    const service = await startEcho(proxy);
    const before = await settle(proxy);
    service.signal('SIGSTOP');

    const clients = await connectClients(service.ready.srvPort, CLIENTS);

    await allClosed(clients);
    expect(clients.every(({ error }) => error === 'ECONNRESET')).toBe(true);
    await descriptors(proxy, before);
    service.signal('SIGCONT');
    expect(await echo(service.ready.srvPort, 'still here')).toBe('still here');
    await descriptors(proxy, before);
    expect(proxy.log).toMatch(/no ServerSocket within 3000 ms: gave up \d+ clients/);
  });

  it.each(['reset', 'fin'] as const)(
    'when a client leaves by %s while it waits: at once, and the late ServerSocket',
    async (exit) => {
      const proxy = await startFixed();
      const service = await startEcho(proxy);
      const before = { proxy: await settle(proxy), service: service.descriptors };
      service.signal('SIGSTOP');
      const clients = await connectClients(service.ready.srvPort, CLIENTS);
      await untilWaiting(proxy, CLIENTS);

      for (const { socket } of clients) {
        if (exit === 'reset') socket.resetAndDestroy();
        else socket.destroy();
      }

      await until(
        () => proxy.descriptors,
        (n) => n === before.proxy,
      );
      expect((await readStatus(proxy)).waiting).toBe(0);
      service.signal('SIGCONT');
      expect(await echo(service.ready.srvPort, 'the next one')).toBe('the next one');
      await descriptors(service, before.service);
      await descriptors(proxy, before.proxy);
    },
  );

  it('when ConnCmd is lost without FIN or RST: after three heartbeats', async () => {
    const proxy = await startFixed('--heartbeat', '1s');
    const before = await settle(proxy);
    const { port, swallow, close } = await startLossyRelay(proxy.ready.controlPort);
    const service = await startParty(['service', '--proxy', `127.0.0.1:${port}`, '--retry', NEVER]);
    running.push(service);
    await sleep(3500);
    expect(await echo(service.ready.srvPort, 'heard')).toBe('heard');

    swallow();
    const clients = await connectClients(service.ready.srvPort, CLIENTS);
    await untilWaiting(proxy, CLIENTS);

    await allClosed(clients);
    await descriptors(proxy, before);
    expect(proxy.log).toContain('ConnCmd of echo broke: 3 heartbeats of 1000 ms missed');
    await until(
      () => service.log,
      (log) => log.includes('3 heartbeats of 1000 ms missed'),
    );
    close();
  });

  it('when a stray connects to ReversePort: the stray, and it takes no place', async () => {
    const proxy = await startFixed('--pair-timeout', '4s');
    const service = await startEcho(proxy);
    const before = await settle(proxy);
    const strays = Array.from({ length: 200 }, () => new Client(service.ready.reversePort));
    const guesser = new Client(service.ready.reversePort);
    guesser.socket.write('0'.repeat(32));
    await until(() => strays.every(({ socket, isClosed }) => isClosed || !socket.connecting), Boolean);

    expect(await echo(service.ready.srvPort, 'not mispaired')).toBe('not mispaired');

    await allClosed([...strays, guesser]);
    await descriptors(proxy, before);
    await service.stop();
    expect((await readStatus(proxy)).services).toEqual([]);
  });

  it('when a paired peer hangs with a full window: both sockets, after the idle deadline, with bounded memory', async () => {
    const proxy = await startFixed('--idle-timeout', '3s');
    const service = await startEcho(proxy);
    const before = await settle(proxy);
    const client = await connectPaired(service);
    const rssKb = proxy.rssKb;
    service.signal('SIGSTOP');

    client?.socket.write(Buffer.alloc(256 << 20));

    await until(() => client?.isClosed, Boolean);
    expect(proxy.rssKb - rssKb).toBeLessThan(32 * 1024);
    await descriptors(proxy, before);
    // The line comes by another way than the reset, and may come after it.
    await expect.poll(() => proxy.log).toContain('no byte for 3000 ms: broke off 1 pairs');
  });

  it('near its limit: refuses clients, keeps a reserve for the rest, and takes clients again', async () => {
    const proxy = await startFixed('--nofile', '128', '--heartbeat', '1s');
    const service = await startEcho(proxy);
    const before = await settle(proxy);

    const clients = Array.from({ length: 400 }, () => new Client(service.ready.srvPort));
    await until(
      async () => (await readStatus(proxy)).refused,
      (refused) => refused > 300,
    );
    await sleep(3500);

    const full = await readStatus(proxy);
    expect(full).toMatchObject({ softLimit: 128, services: [{ name: 'echo' }] });
    expect(full.openDescriptors).toBeGreaterThan(100);
    expect(full.openDescriptors).toBeLessThanOrEqual(128 - 8 + 1);
    await startEcho(proxy, '--name', 'late');
    expect((await readStatus(proxy)).services).toHaveLength(2);
    const served = clients.filter(({ isClosed }) => !isClosed);
    expect(served.length + full.refused).toBe(400);
    for (const { socket } of served) socket.write('x');
    await until(
      () => served.filter(({ text }) => text === 'x').length,
      (n) => n === served.length,
    );
    expect(proxy.log.match(/refused \d+ clients/g)?.length).toBeLessThanOrEqual(2);

    for (const { socket } of clients) socket.destroy();
    await descriptors(proxy, before + 3);
    expect(await echo(service.ready.srvPort, 'again')).toBe('again');
  });

  it('on SIGTERM: takes no more clients, lets those it has finish, and exits with 0', async () => {
    const proxy = await startFixed('--drain-timeout', NEVER);
    const service = await startEcho(proxy);
    const clients = await connectClients(service.ready.srvPort, 10);
    for (const { socket } of clients) socket.write('a');
    await until(
      () => clients.filter(({ text }) => text === 'a').length,
      (n) => n === 10,
    );

    const exit = proxy.stop('SIGTERM');
    await until(
      () => isListening(service.ready.srvPort),
      (isSo) => !isSo,
    );
    for (const { socket } of clients) socket.end('b');

    expect(await exit).toBe(0);
    await allClosed(clients);
    expect(clients.map(({ text }) => text)).toEqual(Array.from({ length: 10 }, () => 'ab'));
  });

  it('on SIGTERM: breaks off those that do not finish by the drain deadline, and exits with 0', async () => {
    const proxy = await startFixed('--drain-timeout', '300ms');
    const service = await startEcho(proxy);
    const client = await connectPaired(service);

    expect(await proxy.stop('SIGTERM')).toBe(0);

    await until(() => client?.isClosed, Boolean);
    expect(client?.error).toBe('ECONNRESET');
  });
});

describe('the fixed proxy behind a link that goes down', () => {
  const link = { ns: `fdleak-${process.pid}`, here: `fd${process.pid}a`, there: `fd${process.pid}b` };
  const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: 'pipe' });
  const canMakeNamespaces = (): boolean => {
    try {
      ip('netns', 'add', link.ns);
      ip('netns', 'del', link.ns);
      return true;
    } catch {
      return false;
    }
  };
  const isPossible = canMakeNamespaces();
  if (!isPossible) console.warn('SKIPPED: a link that goes down needs `ip netns add`, so root with CAP_SYS_ADMIN');

  it.runIf(isPossible)('closes its clients after three heartbeats, though no packet comes any more', async () => {
    ip('netns', 'add', link.ns);
    try {
      ip('link', 'add', link.here, 'type', 'veth', 'peer', 'name', link.there, 'netns', link.ns);
      ip('addr', 'add', '10.213.7.1/30', 'dev', link.here);
      ip('link', 'set', link.here, 'up');
      for (const args of [
        ['addr', 'add', '10.213.7.2/30', 'dev', link.there],
        ['link', 'set', link.there, 'up'],
        ['link', 'set', 'lo', 'up'],
      ]) {
        ip('-n', link.ns, ...args);
      }
      const options = ['--host', '10.213.7.2', '--heartbeat', '2s', '--pair-timeout', NEVER];
      const proxy = await startParty(options, ['ip', 'netns', 'exec', link.ns]);
      running.push(proxy);
      const before = await settle(proxy);
      const service = await startParty([
        'service',
        '--proxy',
        `10.213.7.2:${proxy.ready.controlPort}`,
        '--retry',
        NEVER,
      ]);
      running.push(service);
      service.signal('SIGSTOP');
      const clients = await connectClients(service.ready.srvPort, CLIENTS, '10.213.7.2');
      await until(
        () => proxy.descriptors,
        (n) => n >= before + CLIENTS,
      );

      ip('link', 'set', link.here, 'down');

      await descriptors(proxy, before);
      expect(proxy.log).toContain('ConnCmd of echo broke: 3 heartbeats of 2000 ms missed');
      for (const { socket } of clients) socket.destroy();
    } finally {
      // Deleted with its namespace it would go some time later, and the next run needs the name.
      ip('link', 'del', link.here);
      ip('netns', 'del', link.ns);
    }
  });
});

/** A relay in front of ConnCmd that can begin to swallow all bytes while it keeps both connections open. */
async function startLossyRelay(to: number): Promise<{ port: number; swallow: () => void; close: () => void }> {
  let isSwallowing = false;
  const sockets: Socket[] = [];
  const server = createServer((from) => {
    const onward = connect(to, '127.0.0.1');
    sockets.push(from, onward);
    for (const [a, b] of [
      [from, onward],
      [onward, from],
    ] as const) {
      a.on('data', (bytes) => void (isSwallowing || b.write(bytes))).on('error', () => {});
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    swallow: () => (isSwallowing = true),
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
