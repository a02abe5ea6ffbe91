import type { Case, Found, Rule } from './case.ts';
import { findSockets, sharedChecks } from './held-sockets.ts';
import { mptcpSockets } from './orphaned-sockets.ts';
import { toNote, toStatement } from './statement.ts';
import { formatCount } from '../words/numbers.ts';

/** TCP sockets in no table that could not be probed: perhaps dead; and what is needed to decide. */
export const UNLISTED_SOCKETS = { id: 'unlisted-sockets', about: 'leak', find } as const satisfies Rule;

function find({ inspection }: Case): Found | null {
  const { descriptors, sockets } = findSockets(inspection.descriptors, 'unlisted');
  if (descriptors.length === 0) return null;
  const mptcp = sockets.filter(({ socket }) => socket.protocol === 'mptcp').length;
  const remedies = inspection.capability.missing.filter(
    ({ source }) => source === 'autopsy' || source === 'namespaces',
  );
  return {
    severity: 'warning',
    count: descriptors.length,
    title: `${formatCount(sockets.length, 'TCP socket')} in no socket table: dead or not, fdleak cannot tell`,
    evidence: [
      EACH_IS_ONE_OF,
      ...[...new Set(descriptors.map(({ verdict }) => verdict.because))].map((because) => noProbe({ because })),
      ...(mptcp > 0 ? [mptcpSockets({ count: mptcp, total: sockets.length })] : []),
      ...remedies.map(({ what, because }) => missingRemedy({ what, because })),
    ],
    checked: sharedChecks(descriptors),
    advice:
      remedies.length > 0
        ? `To decide: ${[...new Set(remedies.map(({ remedy }) => remedy))].join('; ')}.`
        : `To decide: inspect again as the user of the process or as root, with autopsy among the sources: sudo fdleak inspect ${inspection.process.pid}.`,
  };
}

const EACH_IS_ONE_OF = toNote(
  'each-is-one-of',
  'each is one of: a finished connection, a failed connect, new, bound, or in a network namespace that could not be read',
);

const noProbe = toStatement('because', ({ because }: { because: string }) => because);

const missingRemedy = toStatement(
  'missing',
  ({ what, because }: { what: string; because: string }) => `missing: ${what} (${because})`,
);
