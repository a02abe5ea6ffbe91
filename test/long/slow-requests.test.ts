/**
 * Servers whose requests last longer than their clients wait: each holds sockets whose clients have reset them, until the request is over.
 *
 *     npx vitest run --project long test/long/slow-requests.test.ts -t gunicorn      one of them, after `npm run build`
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Inspection } from '../../src/core/model/inspection.ts';
import { fdleak } from '../e2e/fdleak.ts';
import { SLOW_SERVERS, type SlowServer } from './healthy/slow-servers.ts';
import { startServer } from './healthy/start-server.ts';

/** Long enough for a leak with `--certain-after 3s`. */
const DEAD_FOR_MS = 6000;

for (const server of SLOW_SERVERS) {
  it(`${server.name} is no certain leak while its requests last`, { tags: [...server.tools] }, async () => {
    const { pids, port } = await startServer({ ...server, load: null });
    await Promise.all(Array.from({ length: server.clients }, () => giveUp(server, port)));
    await wait(DEAD_FOR_MS);
    const usual = await look(pids(), []);
    expect(usual.dead).toBeGreaterThan(0);
    expect(usual).toMatchObject({ certain: 0, errors: [] });
    if (server.hasThreads)
      expect(await look(pids(), ['--certain-after', '3s'])).toMatchObject({ certain: 0, errors: [] });
  });
}

async function giveUp({ request }: SlowServer, port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  for (const part of request) {
    socket.write(part);
    await wait(500);
  }
  socket.resetAndDestroy();
}

/** What is dead, what of it for certain, and what is told of it as an error, in all of these processes. */
async function look(pids: readonly number[], args: readonly string[]) {
  const { stdout } = await fdleak(['inspect', ...pids.map(String), '--json', ...args]);
  const parsed: Inspection | readonly Inspection[] = JSON.parse(stdout);
  const inspections = Array.isArray(parsed) ? parsed : [parsed];
  const sumOf = (count: (one: Inspection) => number | undefined): number =>
    inspections.reduce((sum, one: Inspection) => sum + (count(one) ?? 0), 0);
  return {
    dead: sumOf(({ summary }) => summary.byVerdict?.orphaned),
    certain: sumOf(({ summary }) => summary.byLeak?.certain),
    errors: inspections.flatMap(({ findings }: Inspection) => findings.filter(({ severity }) => severity === 'error')),
  };
}
