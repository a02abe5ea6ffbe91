import type { Finding } from '../model/finding.ts';
import type { Case } from './case.ts';
import { formatCount } from '../words/format.ts';
import { findSockets, sharedChecks } from './held-sockets.ts';

/** TCP sockets in no table that nobody could ask: orphans, perhaps, and what it takes to decide. */
export function findUnlistedSockets({ inspection }: Case): Finding | null {
  const { descriptors, sockets } = findSockets(inspection.descriptors, 'unlisted');
  if (descriptors.length === 0) return null;
  const mptcp = sockets.filter(({ socket }) => socket.protocol === 'mptcp').length;
  const remedies = inspection.capability.missing.filter(
    ({ what }) => what.includes('autopsy') || what.includes('namespaces'),
  );
  return {
    id: 'unlisted-sockets',
    severity: 'warning',
    count: descriptors.length,
    title: `${formatCount(sockets.length, 'TCP socket')} in no table: orphaned or not, this look cannot tell`,
    evidence: [
      'each is one of: a connection that is over, a failed connect, new or bound, or of a network namespace that could not be read',
      ...new Set(descriptors.map(({ verdict }) => verdict.because)),
      ...(mptcp > 0 ? [`${mptcp} of ${sockets.length} are MPTCP`] : []),
      ...remedies.map(({ what, because }) => `missing: ${what} (${because})`),
    ],
    checked: sharedChecks(descriptors),
    advice:
      remedies.length > 0
        ? `To decide: ${[...new Set(remedies.map(({ remedy }) => remedy))].join('; ')}.`
        : `To decide: look again as the user of the process or as root, with autopsy among the sources: sudo fdleak inspect ${inspection.process.pid}.`,
  };
}
