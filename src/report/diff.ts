import { toJsonText } from '../core/words/json.ts';
import { VERDICT_INFO } from '../core/classify/verdict-info.ts';
import { describePlace } from '../core/place/describe.ts';
import { portsAcrossProcesses } from '../core/place/ports.ts';
import type { Descriptor } from '../core/model/descriptor.ts';
import type { Change, Diff, DiffSide } from '../core/model/diff.ts';
import { escapeText } from './text/escape.ts';
import { type Paint, PLAIN } from './text/style.ts';
import { formatFds } from '../core/words/fds.ts';
import { formatCount } from '../core/words/numbers.ts';
import { groupBy } from '../core/group-by.ts';

const FDS_WIDTH = 80;

/** The document `fdleak.diff/1`. */
export function renderDiffJson(diff: Diff): string {
  return `${toJsonText(diff, 2)}\n`;
}

/** What came, went and changed, grouped by verdict and where it leads; what leaks first. */
export function renderDiffText(diff: Diff, paint: Paint = PLAIN): string {
  const { added, removed, changed, stayed, before, after, by } = diff;
  const how = by === 'object' ? 'the same process, object by object' : 'another process, by kind, target and verdict';
  const lines = [
    `${saySide(before)} -> ${saySide(after)}: ${how}`,
    `${formatCount(added.length, 'descriptor')} new, ${removed.length} gone, ${changed.length} changed, ${stayed} stayed`,
    ...renderGroups('+', added, paint),
    ...renderGroups('-', removed, paint),
    ...renderChanges(changed, paint),
  ];
  return `${lines.join('\n')}\n`;
}

function saySide({ process, takenAt }: DiffSide): string {
  return `${escapeText(process.comm)} (${process.pid}) at ${escapeText(takenAt)}`;
}

function renderGroups(sign: '+' | '-', descriptors: readonly Descriptor[], paint: Paint): string[] {
  const ports = portsAcrossProcesses(descriptors);
  const groups = groupBy(
    descriptors,
    (one) => `${one.kind === 'socket' ? one.verdict.is : one.kind}, ${describePlace(one, ports)}`,
  );
  return [...groups]
    .sort(([, a], [, b]) => rank(b) - rank(a) || b.length - a.length)
    .map(([what, members]) => {
      const line = `${sign} ${members.length} ${escapeText(what)}: ${formatFds(members, FDS_WIDTH)}`;
      return sign === '+' && rank(members) > 0 ? paint.red(line) : line;
    });
}

function renderChanges(changed: readonly Change[], paint: Paint): string[] {
  const groups = groupBy(changed, ({ before, after }) => `${describeState(before)} -> ${describeState(after)}`);
  return [...groups].map(([change, all]) => {
    const members = all.map(({ after }) => after);
    const what = escapeText(change);
    const line = `~ ${members.length} ${what}: ${formatFds(members, FDS_WIDTH)}`;
    return rank(members) > 0 ? paint.red(line) : line;
  });
}

function describeState({ verdict, socket }: Descriptor): string {
  const state = socket !== null && 'state' in socket ? socket.state : null;
  return state === null ? verdict.is : `${verdict.is} (${state})`;
}

function rank([first]: readonly Descriptor[]): number {
  return first !== undefined && VERDICT_INFO[first.verdict.is].leak !== 'no' ? 1 : 0;
}
