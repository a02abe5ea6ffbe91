import type { KernelWalk } from '../../src/collect/bpf/kernel-walk.ts';
import { loadWalk } from '../../src/collect/bpf/load-walk.ts';
import { loadKernelCalls } from '../../src/collect/load-kernel-calls.ts';

/** The kernel's own walk in the process of the test, to be disposed of. */
export async function loadOwnWalk(): Promise<KernelWalk> {
  const options = { typesPath: '/sys/kernel/btf/vmlinux', cacheFolder: null, netns: null };
  const loaded = await loadWalk(loadKernelCalls(), options);
  if (loaded.kind === 'unavailable') throw new Error(loaded.failure.because);
  return loaded.walk;
}
