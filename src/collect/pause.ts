import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Resolves when `performance.now()` has passed `ms` from now, or when `woken` is aborted. A timer alone ends up to 1 ms before: it counts
 * in whole milliseconds from the turn of the event loop in which it was set.
 *
 * @see libuv uv_update_time(3), uv_timer_start(3)
 */
export async function pauseAtLeast(ms: number, woken?: AbortSignal): Promise<void> {
  const until = performance.now() + ms;
  for (;;) {
    const leftMs = until - performance.now();
    if (leftMs <= 0 || woken?.aborted === true) return;
    await sleep(Math.ceil(leftMs), undefined, woken === undefined ? {} : { signal: woken }).catch((error: unknown) => {
      if (woken?.aborted !== true) throw error;
    });
  }
}
