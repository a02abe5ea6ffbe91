import type { Descriptor } from '../model/descriptor.ts';
import type { Level } from '../model/source.ts';
import type { Case, Found, Rule } from './case.ts';
import { findSockets } from './held-sockets.ts';
import { type Statement, toStatement } from './statement.ts';
import { formatCount } from '../words/numbers.ts';

/** What a level leaves out; null where every descriptor can be judged, though perhaps not every socket asked. */
const SHORTFALL = {
  count: 'only the count and the limits are known; no descriptor could be read',
  kinds: 'a table was not read, or not whole: what is not in it proves nothing',
  sockets: null,
  autopsy: null,
} as const satisfies Record<Level, string | null>;

/** What could not be seen, why, and what would help. A warning where a verdict depends on it, else information. */
export const PARTIAL_VIEW = { id: 'partial-view', about: 'view', find } as const satisfies Rule;

function find({ inspection, viewer }: Case): Found | null {
  const { level, missing } = inspection.capability;
  const undecided = findSockets(inspection.descriptors, 'undecided').descriptors;
  const shortfall = SHORTFALL[level];
  if (missing.length === 0 && undecided.length === 0 && shortfall === null) return null;
  const evidence = [
    ...(shortfall === null ? [] : [levelReached({ level })]),
    ...describeUndecided(undecided.map(({ verdict }) => verdict.because)),
    ...missing.map(({ what, because }) => missingSource({ what, because })),
  ];
  const remedies = new Set([...missing.map(({ remedy }) => remedy), ...adviseSs(undecided, inspection)]);
  return {
    severity: undecided.length > 0 || shortfall !== null ? 'warning' : 'info',
    count: evidence.length,
    title: titleOf(missing.length, undecided.length),
    evidence,
    checked: [],
    advice:
      remedies.size > 0
        ? `To see everything: ${[...remedies].join('; ')}.`
        : `Inspect again: some sockets change while the tables are read.${viewer.uid === 0 ? '' : ' Those that stay undecided need root.'}`,
  };
}

/** A TCP connection that may be MPTCP, which only ss tells, is undecided where ss was not chosen. */
function adviseSs(undecided: readonly Descriptor[], { options }: Case['inspection']): string[] {
  const isOpen = undecided.some(({ socket }) => socket !== null && 'state' in socket && socket.state === 'ESTABLISHED');
  return isOpen && !options.sources.includes('ss')
    ? ['add ss to --sources: only ss shows the state of an MPTCP connection']
    : [];
}

function titleOf(missing: number, undecided: number): string {
  const things = `${formatCount(missing, 'source')} missing`;
  const sockets = `${formatCount(undecided, 'descriptor')} undecided`;
  if (undecided === 0)
    return missing === 0 ? 'Not everything could be seen' : `Not everything could be seen: ${things}`;
  return `Not everything could be seen: ${missing === 0 ? sockets : `${things}, ${sockets}`}`;
}

function describeUndecided(reasons: readonly string[]): Statement[] {
  return [...new Set(reasons)].map((because) =>
    undecidedFor({ count: reasons.filter((one) => one === because).length, because }),
  );
}

const levelReached = toStatement('level', ({ level }: { level: Level }) => SHORTFALL[level] ?? level);

const undecidedFor = toStatement(
  'undecided',
  ({ count, because }: { count: number; because: string }) => `${count} undecided: ${because}`,
);

const missingSource = toStatement(
  'missing',
  ({ what, because }: { what: string; because: string }) => `${what}: ${because}`,
);
