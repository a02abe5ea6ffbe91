import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, vi } from 'vitest';
import { startProxy } from '../../../src/daemon/proxy/start-proxy.ts';
import { startEcho } from '../../../src/daemon/service/backends.ts';
import { DEFAULT_SERVICE_OPTIONS, Service } from '../../../src/daemon/service/service.ts';
import { countDescriptors } from '../socket/pairs.ts';

const quiet = (): void => {};

async function startPair(): Promise<{ stop: () => Promise<void>; srvPort: number }> {
  const proxy = await startProxy({ log: quiet, drainMs: 50 });
  const backend = await startEcho();
  return new Promise((resolve) => {
    const service = new Service({
      ...DEFAULT_SERVICE_OPTIONS,
      controlPort: proxy.controlPort,
      backend,
      log: quiet,
      onRegistered: ({ srvPort }) =>
        resolve({
          srvPort,
          async stop() {
            await proxy.close();
            service.close();
          },
        }),
    });
  });
}

it('leaves no descriptor of its own after close(), whatever was connected', async () => {
  const before = countDescriptors();
  const { srvPort, stop } = await startPair();
  const client = connect(srvPort, '127.0.0.1');
  client.on('error', quiet).write('hi');
  await once(client, 'data');

  await stop();

  await vi.waitFor(() => expect(countDescriptors()).toBe(before), 5000);
});

it('rejects when its port cannot be had', async () => {
  const first = await startProxy({ log: quiet });

  await expect(startProxy({ log: quiet, controlPort: first.controlPort })).rejects.toMatchObject({
    message: expect.stringMatching(/cannot listen: .*EADDRINUSE/),
  });
  await first.close();
});
