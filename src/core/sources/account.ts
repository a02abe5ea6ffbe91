import type { ParseFault } from '../model/fault.ts';
import type { Disagreement, Missing, Source } from '../model/source.ts';
import type { Said, Unsaid } from '../model/tool-reading.ts';
import { formatDuration } from '../parse/duration.ts';
import type { OwnView } from './own-view.ts';
import type { SourceCounts, OwnSource, ToolSource } from './source.ts';

/** What a source adds to an inspection. */
export interface Account {
  readonly row: Source;
  readonly missing: readonly Missing[];
  readonly differences: readonly Disagreement[];
  readonly faults: readonly ParseFault[];
}

/** Rubbish of a million lines is said in a few. */
const MOST_FAULTS = 20;

/** The account of what we read ourselves. */
export function ownAccount(name: string, source: OwnSource, view: OwnView): Account {
  const missing = source.missing(view).map(({ what, because, remedy }) => ({ source: name, what, because, remedy }));
  return { row: toRow(name, source.count(view)), missing, differences: [], faults: source.faults(view) };
}

/** The account of a program, whether it said something or not. */
export function toolAccount<S extends Said<unknown>>(
  name: string,
  tool: ToolSource<S>,
  reading: S | Unsaid,
  view: OwnView,
): Account {
  if (reading.kind !== 'read') {
    const missing = tool.remedy === null ? [] : whatIsMissing(name, reading, tool.remedy);
    return { row: toRow(name, whyNot(reading)), missing, differences: [], faults: [] };
  }
  const { faults, tookMs } = reading;
  const sense: SourceCounts =
    faults.length === 0
      ? { status: 'read', because: null }
      : { status: 'partial', because: `${faults.length} lines could not be parsed` };
  return {
    row: toRow(name, { ...sense, tookMs, ...tool.count(reading, view) }),
    missing: [],
    differences: tool.differences(reading, view),
    faults: faults.slice(0, MOST_FAULTS),
  };
}

function toRow(name: string, counts: SourceCounts): Source {
  const nothing = { descriptors: null, sockets: null, matched: null, unmatched: null, tookMs: null, because: null };
  return { name, status: 'read', ...nothing, ...counts };
}

function whyNot(reading: Unsaid): SourceCounts {
  return reading.kind === 'timed-out'
    ? { status: 'timed-out', because: stillRunning(reading) }
    : { status: reading.kind, because: reading.because };
}

function stillRunning({ afterMs }: Extract<Unsaid, { kind: 'timed-out' }>): string {
  return `still running after ${formatDuration(afterMs)}`;
}

function whatIsMissing(name: string, reading: Unsaid, remedy: string): Missing[] {
  const lost = { source: name, what: name };
  switch (reading.kind) {
    case 'skipped':
      return [];
    case 'timed-out':
      return [{ ...lost, because: stillRunning(reading), remedy: 'give it more time: --tool-timeout 30s' }];
    case 'unavailable':
      return [{ ...lost, because: reading.because, remedy }];
    case 'denied':
      return [{ ...lost, because: reading.because, remedy: 'run as root' }];
    case 'failed':
      return [{ ...lost, because: reading.because, remedy: `run ${name} by hand to see more` }];
  }
}
