import type { Descriptor } from '../model/descriptor.ts';
import type { Finding } from '../model/finding.ts';
import type { Level } from '../model/source.ts';
import type { Case } from './case.ts';
import { formatCount } from '../words/format.ts';
import { findSockets } from './held-sockets.ts';

/** What a level leaves out; null where every descriptor can be judged, though perhaps not every socket asked. */
const SHORTFALL = {
  count: 'only the count and the limits are known, no descriptor could be looked at',
  kinds: 'a socket table is missing, so that absence from the tables proves nothing',
  sockets: null,
  autopsy: null,
} as const satisfies Record<Level, string | null>;

/** What could not be seen, why, and what would help. A warning where a verdict depends on it, else information. */
export function findPartialView({ inspection, viewer }: Case): Finding | null {
  const { level, missing } = inspection.capability;
  const undecided = findSockets(inspection.descriptors, 'undecided').descriptors;
  const shortfall = SHORTFALL[level];
  if (missing.length === 0 && undecided.length === 0 && shortfall === null) return null;
  const evidence = [
    ...(shortfall === null ? [] : [shortfall]),
    ...describeUndecided(undecided.map(({ verdict }) => verdict.because)),
    ...missing.map(({ what, because }) => `${what}: ${because}`),
  ];
  const remedies = new Set([...missing.map(({ remedy }) => remedy), ...adviseSs(undecided, inspection)]);
  return {
    id: 'partial-view',
    severity: undecided.length > 0 || shortfall !== null ? 'warning' : 'info',
    count: evidence.length,
    title: titleOf(missing.length, undecided.length),
    evidence,
    checked: [],
    advice:
      remedies.size > 0
        ? `For the whole view: ${[...remedies].join('; ')}.`
        : `Look again: some sockets change while the tables are read.${viewer.uid === 0 ? '' : ' Those that stay undecided need root.'}`,
  };
}

/** A TCP connection that may be MPTCP, which only ss tells, is undecided where ss was not chosen. */
function adviseSs(undecided: readonly Descriptor[], { options }: Case['inspection']): string[] {
  const isOpen = undecided.some(({ socket }) => socket !== null && 'state' in socket && socket.state === 'ESTABLISHED');
  return isOpen && !options.sources.includes('ss')
    ? ['name ss in --sources: only it tells the state of an MPTCP connection']
    : [];
}

function titleOf(missing: number, undecided: number): string {
  const things = `${formatCount(missing, 'thing')} missing`;
  const sockets = `${formatCount(undecided, 'descriptor')} undecided`;
  if (undecided === 0)
    return missing === 0 ? 'Not everything could be seen' : `Not everything could be seen: ${things}`;
  return `Not everything could be seen: ${missing === 0 ? sockets : `${things}, ${sockets}`}`;
}

function describeUndecided(reasons: readonly string[]): string[] {
  return [...new Set(reasons)].map(
    (because) => `${reasons.filter((one) => one === because).length} undecided: ${because}`,
  );
}
