import { formatCount } from '../words/numbers.ts';
import type { Case, Found, Rule } from './case.ts';
import { findSockets } from './held-sockets.ts';
import { toPlaceFact, establishedGroups } from './living.ts';

/** What nginx, haproxy, Apache and gunicorn call a worker that only waits for its last connections. */
const LEAVING = /\b(?:shutting down|is draining|old worker|gracefully finishing)\b/i;

/** A worker of an earlier generation, which lives for as long as its connections do. */
export const OLD_WORKERS = { id: 'old-workers', about: 'view', find } as const satisfies Rule;

function find(subject: Case): Found | null {
  const { process, descriptors } = subject.inspection;
  if (!LEAVING.test((process.cmdline ?? []).join(' '))) return null;
  const connections = findSockets(descriptors, 'established').sockets.length;
  if (connections === 0) return null;
  return {
    severity: 'info',
    count: connections,
    title: `An old worker that is shutting down: ${formatCount(connections, 'connection')} still established, ${findSockets(descriptors, 'listening').sockets.length === 0 ? 'no listener' : 'listening'}`,
    evidence: establishedGroups(subject).map((group) => toPlaceFact(group)),
    checked: [],
    advice:
      'It ends with its last connection: give those a bound (nginx: worker_shutdown_timeout; haproxy: hard-stop-after).',
  };
}
