import { once } from 'node:events';

/**
 * Waits for SIGTERM or SIGINT, stops, and ends the process with status 0: handles that the leaky proxy keeps would keep
 * it alive otherwise. A second signal ends it at once.
 */
export async function runUntilSignal(stop: () => Promise<void> | void): Promise<never> {
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  process.once('SIGTERM', () => process.exit(1)).once('SIGINT', () => process.exit(1));
  await stop();
  process.exit(0);
}
