import { once } from 'node:events';
import { expect, it, vi } from 'vitest';
import { resetSocket } from '../../../src/daemon/socket/reset.ts';
import { connectPair, countDescriptors } from './pairs.ts';

it('tells the peer of a reset', async () => {
  const { near, far } = await connectPair();
  const failed = once(far, 'error');

  resetSocket(near);

  await expect(failed.then(([error]) => error)).resolves.toMatchObject({ code: 'ECONNRESET' });
});

it('frees the descriptor in the moment between end() and finish, in which resetAndDestroy() leaks it', async () => {
  const before = countDescriptors();
  const { near, far } = await connectPair();
  far.resume();

  near.end();
  resetSocket(near);
  far.destroy();

  await vi.waitFor(() => expect(countDescriptors()).toBe(before));
});

it('frees the descriptor of a peer that does not read', async () => {
  const before = countDescriptors();
  const { near, far } = await connectPair();
  far.pause();
  near.end(Buffer.alloc(32 << 20));

  resetSocket(near);
  far.destroy();

  await vi.waitFor(() => expect(countDescriptors()).toBe(before));
});
