import { once } from 'node:events';
import { readlinkSync, readdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadKernelCalls } from '../../src/collect/load-kernel-calls.ts';
import { SocketProber } from '../../src/collect/socket-prober.ts';

const load = loadKernelCalls();
if (load.kind !== 'loaded') console.warn(`SKIPPED: asking dead sockets, for want of koffi: ${load.because}`);

const SENT = 'bytes that nobody reads';

/** A connection that its client reset, and whose server never looked: the number of its descriptor, and the port of the client. */
async function resetBy(host: string): Promise<{ readonly fd: number; readonly port: number }> {
  const server = createServer({ pauseOnConnect: true }).listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it does not listen');
  const before = new Set(sockets().keys());
  const client = connect({ port: address.port, host });
  const [[accepted]] = await Promise.all([once(server, 'connection'), once(client, 'connect')]);
  const { localPort: port = 0 } = client;
  await new Promise<void>((sent) => client.write(SENT, () => sent()));
  const both = [...sockets()].filter(([link]) => !before.has(link)).map(([, fd]) => fd);
  client.resetAndDestroy();
  onTestFinished(() => {
    accepted.destroy();
    server.close();
  });
  await once(client, 'close');
  const left = new Set(sockets().values());
  const fd = both.find((one) => left.has(one));
  if (fd === undefined) throw new Error('the accepted socket is not there');
  return { fd, port };
}

function sockets(): ReadonlyMap<string, number> {
  return new Map(
    readdirSync('/proc/self/fd').flatMap((fd): [string, number][] => {
      try {
        const link = readlinkSync(`/proc/self/fd/${fd}`);
        return link.startsWith('socket:') ? [[link, Number(fd)]] : [];
      } catch {
        return [];
      }
    }),
  );
}

describe.runIf(load.kind === 'loaded')('a connection that is over', () => {
  it.each(['127.0.0.1', '::1'])('names its peer at %s, and what nobody read', async (host) => {
    const { fd, port } = await resetBy(host);
    if (load.kind !== 'loaded') throw new Error(load.because);
    const outcome = new SocketProber(load.calls, null).examine(fd);
    if (outcome.kind !== 'answered') throw new Error(outcome.kind);
    const { probe } = outcome;

    expect(probe).toMatchObject({
      info: { state: 'CLOSE' },
      remote: { address: host, port },
      errorPending: true,
      unreadBytes: SENT.length,
    });
    expect(probe.memoryBytes).toBeGreaterThan(SENT.length);
  });
});
