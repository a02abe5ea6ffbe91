import type { KernelCalls } from './kernel-calls.ts';

/** null where poll(2) may not be asked. */
export function hasEnded(calls: KernelCalls, fd: number, events: number): boolean | null {
  const pollfd = new Int32Array([fd, 0]);
  if (calls.poll(pollfd) < 0) return null;
  const [, revents = 0] = new Int16Array(pollfd.buffer, 4);
  return (revents & events) !== 0;
}
