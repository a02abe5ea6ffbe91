import { expect, it, onTestFinished } from 'vitest';
import { inspectJson } from './fdleak.ts';
import { startParty, type Party } from './processes/proxy-parties.ts';

const CLIENTS = 40;

async function start(...args: readonly string[]): Promise<Party> {
  const party = await startParty(args);
  onTestFinished(async () => {
    await party.stop();
  });
  return party;
}

/** A proxy with a service that is frozen while the clients come, wait and leave by reset. */
async function loadWithFrozenService(
  mode: 'leaky' | 'fixed',
): Promise<{ proxy: Party; service: Party; before: number }> {
  const proxy = await start(`--${mode}`);
  const service = await start('service', '--proxy', `127.0.0.1:${proxy.ready.controlPort}`);
  const before = proxy.descriptors;
  service.signal('SIGSTOP');
  const to = `127.0.0.1:${service.ready.srvPort}`;
  const clients = await startParty([
    'client',
    '--to',
    to,
    '--count',
    `${CLIENTS}`,
    '--hold',
    '1s',
    '--client-exit',
    'reset',
  ]);
  await new Promise((resolve) => clients.child.once('exit', resolve));
  return { proxy, service, before };
}

it('finds exactly the 40 clients that the leaky proxy never closed, on the port of the service, watched by nobody', async () => {
  const { proxy, service, before } = await loadWithFrozenService('leaky');
  const { srvPort } = service.ready;
  await service.stop();
  const { inspection, exitCode } = await inspectJson(proxy.pid, ['--certain-after', '2s']);
  const orphans = inspection.descriptors.filter(({ verdict }) => verdict.is === 'orphaned');

  expect(exitCode).toBe(1);
  expect(inspection.summary.byVerdict?.orphaned).toBe(CLIENTS);
  expect(inspection.summary.byLeak?.certain).toBe(CLIENTS);
  expect(orphans.map(({ socket }) => socket)).toEqual(
    orphans.map(() =>
      expect.objectContaining({
        local: { address: '127.0.0.1', port: srvPort },
        acceptedOn: expect.objectContaining({ port: srvPort }),
      }),
    ),
  );
  expect(orphans.map(({ watchedBy }) => watchedBy)).toEqual(orphans.map(() => []));
  expect(inspection.findings[0]).toMatchObject({ id: 'orphaned-sockets', severity: 'error', count: CLIENTS });
  // The service took its command connection and both its listeners with it.
  expect(inspection.limits.open).toBe(before + CLIENTS - 3);
});

it('finds none in the fixed proxy under the same load, and as many descriptors as before it', async () => {
  const { proxy, service, before } = await loadWithFrozenService('fixed');
  service.signal('SIGCONT');

  await expect.poll(() => proxy.descriptors).toBe(before);
  const { inspection, exitCode } = await inspectJson(proxy.pid);
  expect(inspection.summary.byVerdict).not.toHaveProperty('orphaned');
  expect(inspection.summary.byVerdict).not.toHaveProperty('peer-closed');
  expect(exitCode).toBe(0);
});
