import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { inspectJson } from './fdleak.ts';

const SERVER = fileURLToPath(new URL('./processes/idle-server.js', import.meta.url));
const CLIENTS = 50;
/** Longer than the silence that makes an orphan worth another look. */
const IDLE_MS = 31_000;

async function openIdle(port: number): Promise<Socket> {
  const client = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(client, 'connect');
  return client;
}

it('accuses no connection that idled for long and died a moment ago, while its healthy server stalls', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'idle-'));
  const goOn = join(folder, 'go-on');
  const server = spawn(process.execPath, [SERVER, goOn], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  const lines = createInterface({ input: server.stdout });
  const [ready] = await once(lines, 'line');
  const { pid, port } = JSON.parse(String(ready).slice('ready '.length));
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => openIdle(port)));
  await wait(IDLE_MS);

  server.kill('SIGUSR2');
  await once(lines, 'line');
  for (const client of clients) client.resetAndDestroy();
  const stalled = await inspectJson(pid, ['--sources', 'proc,autopsy']);
  writeFileSync(goOn, '');

  expect(stalled.inspection.summary.byVerdict?.['orphaned']).toBe(CLIENTS);
  expect(stalled.inspection.summary.byLeak?.certain).toBe(0);
  await expect
    .poll(async () => (await inspectJson(pid)).inspection.summary.byVerdict)
    .toEqual({
      listening: 1,
      'in-use': expect.any(Number),
    });
});
