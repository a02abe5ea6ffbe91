import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProxyStatus } from '../../src/daemon/proxy/status-server.ts';
import { IS_SINGLE_FILE } from './fdleak.ts';
import {
  connectClients,
  echo,
  type Party,
  readStatus,
  startParty,
  startService,
  until,
  untilWaiting,
} from './processes/proxy-parties.ts';

const CLIENTS = 40;
const running: Party[] = [];

async function start(...args: string[]): Promise<{ proxy: Party; service: Party }> {
  const proxy = await startParty(['--leaky', ...args]);
  running.push(proxy);
  const service = await startService(proxy, '--retry', '1h');
  running.push(service);
  return { proxy, service };
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(async (party) => party.stop()));
});

/** Sockets of a process that are in none of its tables. */
function orphans(pid: number): { readonly fd: number; readonly inode: string }[] {
  const tables = ['tcp', 'tcp6', 'unix', 'udp']
    .map((name) => readFileSync(`/proc/${pid}/net/${name}`, 'latin1'))
    .join('\n');
  const listed = new Set(tables.match(/\b\d+\b/g));
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((fd) => {
    try {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${fd}`)) ?? [];
      return inode === undefined || listed.has(inode) ? [] : [{ fd: Number(fd), inode }];
    } catch {
      return [];
    }
  });
}

const countOrphans = (pid: number): number => orphans(pid).length;

/** Descriptors that any epoll set of the process watches. */
function watched(pid: number): Set<number> {
  const folder = `/proc/${pid}/fdinfo`;
  const infos = readdirSync(folder).map((fd) => {
    try {
      return readFileSync(`${folder}/${fd}`, 'latin1');
    } catch {
      return '';
    }
  });
  return new Set([...infos.join('\n').matchAll(/^tfd:\s*(\d+)/gm)].map(([, fd]) => Number(fd)));
}

describe('the leaky proxy', () => {
  it('serves like the fixed one while nothing goes wrong', async () => {
    const { proxy, service } = await start();
    const before = proxy.descriptors;

    expect(await echo(service.ready.srvPort, 'all is well')).toBe('all is well');

    await until(
      () => proxy.descriptors,
      (n) => n === before,
    );
  });

  it('keeps the socket of each client that waited when its service is killed, dead, unlisted and unwatched', async () => {
    const { proxy, service } = await start();
    const before = proxy.descriptors;
    service.signal('SIGSTOP');
    const clients = await connectClients(service.ready.srvPort, CLIENTS);
    await untilWaiting(proxy, CLIENTS);
    expect(countOrphans(proxy.pid)).toBe(0);

    for (const { socket } of clients) socket.resetAndDestroy();
    await service.stop();

    await until(
      async () => (await readStatus(proxy)).services.length,
      (n) => n === 0,
    );
    // Three listening and connected sockets of the service are gone, the 40 are not.
    await until(
      () => proxy.descriptors,
      (n) => n === before - 3 + CLIENTS,
    );
    expect(countOrphans(proxy.pid)).toBe(CLIENTS);
    expect(await readStatus(proxy)).toMatchObject({ waiting: CLIENTS, accepted: CLIENTS, closed: 0, refused: 0 });
    const epoll = watched(proxy.pid);
    expect(epoll.size).toBeGreaterThan(0);
    expect(orphans(proxy.pid).filter(({ fd }) => epoll.has(fd))).toEqual([]);
    await sleep(1000);
    expect(countOrphans(proxy.pid)).toBe(CLIENTS);
    expect(proxy.log.split('\n').filter((line) => line !== '')).toHaveLength(2);
  });

  it('shows the same sockets to lsof as `sock` lines that no table knows', { tags: ['lsof'] }, async () => {
    const { proxy, service } = await start();
    service.signal('SIGSTOP');
    const clients = await connectClients(service.ready.srvPort, CLIENTS);
    await untilWaiting(proxy, CLIENTS);
    for (const { socket } of clients) socket.resetAndDestroy();
    await service.stop();

    const lines = await until(
      () => execFileSync('lsof', ['-nP', '-a', '-p', `${proxy.pid}`, '-d', '0-9999'], { encoding: 'utf8' }),
      (text) => (text.match(/ sock /g)?.length ?? 0) >= CLIENTS,
    );

    expect(lines.match(/ sock .*protocol: TCP/g)).toHaveLength(CLIENTS);
  });

  it('holds clients that left by FIN in CLOSE_WAIT first', async () => {
    const { proxy, service } = await start('--keepalive', '1s');
    service.signal('SIGSTOP');
    const clients = await connectClients(service.ready.srvPort, CLIENTS);
    await untilWaiting(proxy, CLIENTS);
    for (const { socket } of clients) socket.destroy();
    await service.stop();

    const port = service.ready.srvPort.toString(16).toUpperCase().padStart(4, '0');
    const closeWait = new RegExp(`:${port} \\S+ 08 `, 'g');
    await until(
      () => readFileSync(`/proc/${proxy.pid}/net/tcp`, 'latin1').match(closeWait)?.length,
      (n) => n === CLIENTS,
    );
    expect(countOrphans(proxy.pid)).toBe(0);
  });

  it('says nothing at its limit: its clients see it, its log and its counters do not', async () => {
    const { proxy, service } = await start('--nofile', '64');
    // At the limit no new connection to the status port is served, so one is kept from before.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const before = await readStatusThrough(agent, proxy);
    service.signal('SIGSTOP');
    // The limit bounds the number of a descriptor, not their count, and one inherited from elsewhere may lie above it.
    const above = readdirSync(`/proc/${proxy.pid}/fd`).filter((fd) => Number(fd) >= 64).length;
    const free = 64 - (proxy.descriptors - above);
    const fits = IS_SINGLE_FILE ? Math.ceil(free / 2) : free;

    const clients = await connectClients(service.ready.srvPort, 60);

    await until(
      () => proxy.descriptors,
      (n) => n === 64 + above,
    );
    // Node closes whom it cannot accept. The single file's engine leaves him where he is, and is woken for him again and again; its
    // limit is filled twice as fast, by the second descriptor of each client.
    if (IS_SINGLE_FILE) await sleep(1000);
    await until(
      () => clients.filter(({ hasEnded }) => hasEnded).length,
      (n) => n === (IS_SINGLE_FILE ? 0 : 60 - fits),
    );
    const after = await readStatusThrough(agent, proxy);
    expect(clients.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(after).toMatchObject({
      openDescriptors: 64 + above,
      softLimit: 64,
      accepted: fits,
      waiting: fits,
      refused: 0,
    });
    expect(before.accepted).toBe(0);
    // Later the connection that was kept is idle for too long, and its descriptor free.
    await expect(readStatus(proxy, 2000)).rejects.toThrow();
    expect(proxy.log.split('\n').filter((line) => line !== '')).toHaveLength(1);
    agent.destroy();
    for (const { socket } of clients) socket.destroy();
  });
});

async function readStatusThrough(agent: Agent, proxy: Party): Promise<ProxyStatus> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: proxy.ready.statusPort, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve(JSON.parse(text)));
    }).on('error', reject);
  });
}
