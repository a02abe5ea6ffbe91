/** What nginx, haproxy, Apache and gunicorn call a worker that only waits for its last connections. */
const LEAVING = /\b(?:shutting down|is draining|old worker|gracefully finishing)\b/i;

/** Whether a process says by its title that it is an old worker: `nginx: worker process is shutting down`. */
export function isLeaving(cmdline: readonly string[] | null): boolean {
  return LEAVING.test((cmdline ?? []).join(' '));
}
