import { describePlace } from '../../core/place/describe.ts';
import { portsOf } from '../../core/place/ports.ts';
import type { Assertion, AssertionReport } from '../../core/model/assertion.ts';
import type { Descriptor } from '../../core/model/descriptor.ts';
import { sayTarget, saySilence, sayVerdict } from '../inspection/descriptor-words.ts';
import { escapeText } from '../text/escape.ts';
import { formatFds } from '../../core/words/fds.ts';
import { groupBy } from '../../core/group-by.ts';

const SHOWN_GROUPS = 12;
const FDS_WIDTH = 100;

/** `expected <= 0, found 20`. */
export function sayExpectation({ expected, found }: Assertion): string {
  return `expected ${expected}, found ${found ?? 'an unknown number'}`;
}

/** `max orphaned: expected <= 0, found 20`: an assertion in one line. */
export function sayAssertion(assertion: Assertion): string {
  return escapeText(`${assertion.name}: ${sayExpectation(assertion)}`);
}

/** `node (4242)`, or that there was none to look at. */
export function sayProcess({ process }: AssertionReport): string {
  return process === null ? 'no process' : `${escapeText(process.comm)} (${process.pid})`;
}

/**
 * The descriptors that break an assertion, and what speaks against them: groups of one verdict and place, each with its numbers,
 * one of them as an example, and why.
 */
export function explainDescriptors(descriptors: readonly Descriptor[]): string[] {
  const groups = groupByPlace(descriptors);
  const lines = groups.slice(0, SHOWN_GROUPS).flatMap(describeGroup);
  const rest = groups.length - SHOWN_GROUPS;
  return rest > 0 ? [...lines, `and ${rest} other groups`] : lines;
}

function describeGroup({ what, members }: VerdictAtPlace): string[] {
  const [first] = members;
  if (first === undefined) return [];
  const silence = saySilence(first);
  const example = `${sayTarget(first)}${silence === '' ? '' : `  silent for ${silence}`}`;
  const lead = `${members.length} ${what}: ${formatFds(members, FDS_WIDTH)}`;
  const why = first.verdict.is === 'in-use' ? [] : [`    why: ${escapeText(first.verdict.because)}`];
  return [lead, `    ${members.length === 1 ? '' : 'such as '}${example}`, ...why];
}

interface VerdictAtPlace {
  readonly what: string;
  readonly members: readonly Descriptor[];
}

/** Groups descriptors by verdict and place, largest first: `orphaned, reset, tcp accepted on :8080`. */
function groupByPlace(descriptors: readonly Descriptor[]): VerdictAtPlace[] {
  const ports = portsOf(descriptors);
  const groups = groupBy(descriptors, (one) => {
    const place = describePlace(one, ports);
    return escapeText(one.kind === 'socket' ? `${sayVerdict(one)}, ${place}` : describeOther(one, place));
  });
  return [...groups].map(([what, members]) => ({ what, members })).sort((a, b) => b.members.length - a.members.length);
}

function describeOther({ kind }: Descriptor, place: string): string {
  return place === kind ? kind : `${kind} ${place}`;
}
