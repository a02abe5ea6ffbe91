import type { ProcFs } from './proc-fs.ts';

/**
 * Milliseconds since boot, suspended time included (CLOCK_BOOTTIME, in steps of 10 ms); null where it cannot be read. The monotonic
 * clock stands still while the machine sleeps: the difference is how long it slept.
 *
 * @see proc_uptime(5), clock_gettime(2)
 */
export function readBootMs(proc: ProcFs): number | null {
  const text = proc.text('uptime');
  const [, seconds] = text.kind === 'read' ? (/^(\d+\.\d+) /.exec(text.value) ?? []) : [];
  return seconds === undefined ? null : Number(seconds) * 1000;
}
