import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { KernelCalls } from '../../src/collect/kernel-calls.ts';
import { loadKernelCalls } from '../../src/collect/load-kernel-calls.ts';
import { SocketProber } from '../../src/collect/socket-prober.ts';

const load = loadKernelCalls();

/** A listener of this process, by its number. */
async function aListener(): Promise<number> {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const handle: unknown = Reflect.get(server, '_handle');
  return Number(typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : -1);
}

it.runIf(load.kind === 'loaded').each(['getsockname', 'getsockopt', 'poll'] as const)(
  'says that a socket could not be asked where %s is refused',
  async (call) => {
    if (load.kind !== 'loaded') return;
    const calls: KernelCalls = { ...load.calls, [call]: () => -1, errno: () => 1 };
    expect(new SocketProber(calls, null).examine(await aListener())).toMatchObject({
      kind: 'failed',
      because: expect.stringContaining('errno 1'),
    });
  },
);

it.runIf(load.kind === 'loaded')('answers where nothing is refused', async () => {
  if (load.kind !== 'loaded') return;
  expect(new SocketProber(load.calls, null).examine(await aListener())).toMatchObject({
    kind: 'answered',
    probe: { info: { state: 'LISTEN' } },
  });
});
