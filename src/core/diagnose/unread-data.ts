import { formatBytes } from '../words/bytes.ts';
import type { Case, Found, Rule } from './case.ts';
import {
  establishedGroups,
  isUnattended,
  MANY,
  sendingIn,
  toPlaceFact,
  type UsedSocket,
  usedSockets,
} from './living.ts';
import { toNote, toStatement } from './statement.ts';

/** A reader that is slow for this long, and that nothing wakes up, has given up. */
const SILENT_MS = 5 * 60_000;

/** Connections with data that nothing waits for: a body that nobody reads. Their peers stand still with full buffers. */
export const UNREAD_DATA = { id: 'unread-data', about: 'leak', find } as const satisfies Rule;

function find(subject: Case): Found | null {
  // A proxy that holds back for a slow reader has unsent data on the other side.
  if (isHoldingBack(subject)) return null;
  const groups = establishedGroups(subject)
    .map((group) => ({ group, stuck: usedSockets(group).filter(isStuck) }))
    .filter(({ stuck }) => stuck.length >= MANY);
  const stuck = groups.flatMap((one) => one.stuck);
  if (stuck.length === 0) return null;
  const bytes = stuck.reduce((sum, { use }) => sum + (use.unreadBytes ?? 0), 0);
  return {
    severity: 'warning',
    count: stuck.length,
    title: `${stuck.length} connections with ${formatBytes(bytes)} unread, which nothing waits for`,
    evidence: [
      ...groups.map(({ group, stuck: { length } }) => toPlaceFact(group, length)),
      unread({ count: stuck.length, bytes, sinceMs: Math.min(...stuck.map(({ use }) => use.sinceReceivedMs ?? 0)) }),
      NOBODY_WAITS,
    ],
    checked: [],
    advice:
      'Read every response to its end, or destroy it: a body that is not wanted keeps its connection. Node: response.resume() or destroy(); Go: io.Copy(io.Discard, body) and Close; fetch: body.cancel().',
  };
}

function isStuck({ descriptor, use }: UsedSocket): boolean {
  return (use.unreadBytes ?? 0) > 0 && (use.sinceReceivedMs ?? 0) >= SILENT_MS && isUnattended(descriptor);
}

function isHoldingBack({ inspection }: Case): boolean {
  return sendingIn(inspection.descriptors).length > 0;
}

const unread = toStatement(
  'unread',
  ({ count, bytes, sinceMs }: { count: number; bytes: number; sinceMs: number }) =>
    `${count} hold ${formatBytes(bytes)} in all; nothing came for at least ${Math.floor(sinceMs / 60_000)} min`,
);

const NOBODY_WAITS = toNote('nobody-waits', 'no epoll set watches them, and no thread waits on them');
