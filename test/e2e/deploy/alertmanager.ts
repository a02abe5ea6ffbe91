import { spawn } from 'node:child_process';
import { expect, onTestFinished } from 'vitest';
import { findFreePort } from '../free-port.ts';
import { DEPLOY, makeFolder } from './kit.ts';

/** A real Alertmanager with the configuration of the kit, until the test ends. */
export async function startAlertmanager() {
  const port = await findFreePort();
  const api = `http://127.0.0.1:${port}/api/v2/alerts`;
  const child = spawn(
    'prometheus-alertmanager',
    [
      `--config.file=${DEPLOY}prometheus/alertmanager.yaml`,
      `--storage.path=${makeFolder()}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const isThere = async (): Promise<boolean> =>
    await fetch(api).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(isThere).toBe(true);
  const post = async (body: unknown): Promise<number> => {
    const headers = { 'content-type': 'application/json' };
    return (await fetch(api, { method: 'POST', headers, body: JSON.stringify(body) })).status;
  };
  return { api, post };
}
