import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadKernelCalls } from '../../src/collect/load-kernel-calls.ts';
import type { ListedInet, SocketTables } from '../../src/core/model/socket-tables.ts';
import { ProcFs } from '../../src/collect/proc-fs.ts';
import { readSocketTables } from '../../src/collect/socket-tables.ts';
import { WITHOUT_END } from './without-end.ts';

const load = loadKernelCalls();
if (load.kind !== 'loaded') console.warn(`SKIPPED: asking netlink, for want of koffi: ${load.because}`);

const BACKLOG = 7;

/** A listener with one connection open and one that its client has ended. */
async function serve(host: string): Promise<void> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen({
    port: 0,
    host,
    backlog: BACKLOG,
  });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it does not listen');
  const sockets: Socket[] = [];
  for (const isEnded of [false, true]) {
    const client = connect({ port: address.port, host, allowHalfOpen: true });
    const [[accepted]] = await Promise.all([once(server, 'connection'), once(client, 'connect')]);
    sockets.push(client, accepted);
    if (isEnded) client.end('bytes that nobody reads');
  }
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
}

describe.runIf(load.kind === 'loaded')('the TCP sockets that netlink tells', () => {
  const calls = load.kind === 'loaded' ? load.calls : null;
  const read = (by: typeof calls) => {
    const ours = ownInodes();
    return readSocketTables(new ProcFs(), `${process.pid}`, {
      wants: (inode) => ours.has(inode),
      calls: by,
      deadline: WITHOUT_END,
    });
  };

  it('are those of the text, and the backlog of listeners with them', async () => {
    await serve('127.0.0.1');
    await serve('::1');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const [told, written] = [await read(calls), await read(null)];
    const byInode = (a: { row: { inode: string } }, b: { row: { inode: string } }): number =>
      Number(a.row.inode) - Number(b.row.inode);
    const states = tcp(told).map(({ row }) => row.state);
    for (const state of ['LISTEN', 'ESTABLISHED', 'CLOSE_WAIT', 'FIN_WAIT2']) expect(states).toContain(state);
    expect(
      tcp(told)
        .map(({ table, row }) => ({ table, row: { ...row, backlog: null, use: null } }))
        .toSorted(byInode),
    ).toEqual(tcp(written).toSorted(byInode));
    expect(new Set(tcp(told).map(({ row }) => (row.state === 'LISTEN' ? row.backlog : null)))).toEqual(
      new Set([BACKLOG, null]),
    );
  });

  it('say how each connection is used', async () => {
    await serve('127.0.0.1');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const uses = tcp(await read(calls)).flatMap(({ row }) =>
      row.use === null ? [] : [{ state: row.state, ...row.use }],
    );

    expect(uses).toContainEqual(
      expect.objectContaining({ state: 'ESTABLISHED', timer: 'none', retries: 0, unsentBytes: 0 }),
    );
    const sent = uses.find(({ bytesSent }) => (bytesSent ?? 0) > 0);
    const unread = uses.find(({ unreadBytes }) => (unreadBytes ?? 0) > 0);
    expect(sent?.sinceSentMs).toBeLessThan(5000);
    // The end of the peer counts as one byte of each.
    expect(unread?.unreadBytes).toBe(unread?.bytesReceived);
  });

  it('are read as text where netlink does not answer', async () => {
    await serve('127.0.0.1');
    const count = async (by: typeof calls): Promise<number> => tcp(await read(by)).length;
    const written = await count(null);
    expect(written).toBeGreaterThan(4);
    expect(await count(calls && { ...calls, socket: () => -1 })).toBe(written);
    expect(await count(calls && { ...calls, send: () => -1 })).toBe(written);
    expect(await count(calls && { ...calls, recv: () => -1 })).toBe(written);
    expect(await count(calls && { ...calls, recv: (_, out) => out.fill(0xff).length })).toBe(written);
  });
});

function tcp({ byInode }: SocketTables): ListedInet[] {
  return [...byInode.values()].flatMap((listed) => (listed.table === 'tcp' || listed.table === 'tcp6' ? [listed] : []));
}

function ownInodes(): ReadonlySet<string> {
  const proc = new ProcFs();
  const names = proc.names('self/fd');
  return new Set(
    (names.kind === 'read' ? names.value : []).flatMap((fd) => {
      const link = proc.link(`self/fd/${fd}`);
      return link.kind === 'read' ? (/^socket:\[(\d+)\]$/.exec(link.value)?.slice(1) ?? []) : [];
    }),
  );
}
