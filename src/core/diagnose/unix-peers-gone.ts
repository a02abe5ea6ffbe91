import { formatCount } from '../words/numbers.ts';
import type { Case, Found, Rule } from './case.ts';
import { MANY, theseFds } from './living.ts';
import { withVerdict } from './sorted-out.ts';

/** Unix sockets whose peers are gone. */
export const UNIX_PEERS_GONE = { id: 'unix-peers-gone', about: 'leak', find } as const satisfies Rule;

function find({ inspection }: Case): Found | null {
  const gone = withVerdict(inspection.descriptors, 'peer-gone');
  if (gone.length < MANY) return null;
  return {
    severity: 'warning',
    count: gone.length,
    title: `${formatCount(gone.length, 'unix socket')} whose peers are gone, still open`,
    evidence: [theseFds({ fds: gone.map(({ fd }) => fd) })],
    checked: [],
    advice: `Close a unix socket when a read returns the end of the stream, as for TCP. See whether they grow: fdleak watch ${inspection.process.pid}.`,
  };
}
