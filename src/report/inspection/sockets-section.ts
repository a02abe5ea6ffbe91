import { VERDICT_INFO } from '../../core/classify/verdict-info.ts';
import type { Descriptor } from '../../core/model/descriptor.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import { type Leak, VERDICTS, type VerdictName } from '../../core/model/verdict.ts';
import { measureRoom, renderGrid } from '../text/grid.ts';
import { renderHeading } from '../text/heading.ts';
import { paintLeak, type Style } from '../text/style.ts';
import { wrap } from '../text/width.ts';
import { formatFds } from '../../core/words/fds.ts';
import { formatTally, orUnknown } from '../../core/words/numbers.ts';

/** Descriptors of one verdict, worst verdicts first, as {@link VERDICTS} has them. */
export interface VerdictGroup {
  readonly is: VerdictName;
  readonly descriptors: readonly Descriptor[];
  readonly byLeak: Readonly<Partial<Record<Leak, number>>>;
}

/** Groups the sockets of a process by verdict. */
function groupSockets(descriptors: readonly Descriptor[]): VerdictGroup[] {
  const groups = new Map<VerdictName, Descriptor[]>();
  for (const descriptor of descriptors) {
    if (descriptor.kind !== 'socket') continue;
    const members = groups.get(descriptor.verdict.is);
    if (members === undefined) groups.set(descriptor.verdict.is, [descriptor]);
    else members.push(descriptor);
  }
  return VERDICTS.flatMap((is) => {
    const members = groups.get(is);
    return members === undefined
      ? []
      : [{ is, descriptors: members, byLeak: tallyBy(members, ({ verdict }) => verdict.leak) }];
  });
}

/** What a verdict means and what its sockets have in common: `the connection is over, …: 38 reset, 2 ended`. Empty where its name says all. */
function describeGroup({ is, descriptors }: VerdictGroup): string {
  const causes = formatTally(tallyBy(descriptors, ({ verdict }) => verdict.cause));
  const foreign = descriptors.filter(({ socket }) => socket?.foreign === true).length;
  return [VERDICT_INFO[is].meaning, causes, foreign === 0 ? '' : `${foreign} in another network namespace`]
    .filter((part) => part !== '')
    .join('; ');
}

/** `certain`, `suspect`, `38 certain, 2 suspect`; empty where there is no leak. */
function describeLeak({ byLeak }: Pick<VerdictGroup, 'byLeak'>): string {
  const { certain = 0, suspect = 0 } = byLeak;
  if (certain === 0) return suspect === 0 ? '' : 'suspect';
  return suspect === 0 ? 'certain' : `${certain} certain, ${suspect} suspect`;
}

/** Sockets by verdict, then everything else by kind, then what is the kernel's alone. */
export function* renderSockets(inspection: Inspection, style: Style): Generator<string> {
  const groups = groupSockets(inspection.descriptors);
  if (groups.length > 0) {
    yield renderHeading('Sockets', style, orUnknown(inspection.summary.byKind?.socket ?? null));
    yield* renderGrid(toRows(groups, style), ['right', 'left', 'left', 'left']);
  }
  yield* renderOthers(inspection, style);
  yield* renderKernelOwned(inspection, style);
}

function toRows(groups: readonly VerdictGroup[], { paint, columns }: Style): string[][] {
  const left = groups.map((group) => [`${group.descriptors.length}`, group.is, describeLeak(group)]);
  const oneLeakALine = left.map((cells) => cells.flatMap((cell) => cell.split(', ').slice(0, 1)));
  const room = measureRoom(oneLeakALine, columns);
  return groups.map((group, at) => {
    const [count = '', is = '', leak = ''] = left[at] ?? [];
    const colour = paintLeak(paint, worstLeak(group));
    const leaks = leak.split(', ').map((line) => colour(line));
    const text = wrap(describeGroup(group), room);
    text.push(paint.dim(formatFds(group.descriptors, room)));
    return [count, colour(is), leaks.join('\n'), text.join('\n')];
  });
}

function* renderOthers({ summary, descriptors }: Inspection, style: Style): Generator<string> {
  const { socket: _, ...others } = summary.byKind ?? {};
  const tally = formatTally(others);
  if (tally === '') return;
  yield renderHeading('Other descriptors', style);
  const deleted = descriptors.filter((one) => one.deleted).length;
  const text = deleted === 0 ? tally : `${tally}; ${deleted} deleted`;
  for (const line of wrap(text, style.columns - 2)) yield `  ${line}\n`;
}

function* renderKernelOwned({ kernelOwned }: Inspection, { paint, columns }: Style): Generator<string> {
  if (kernelOwned.length === 0) return;
  yield '\n';
  const rows = kernelOwned.map(({ count, state, port }) => `${count} ${state} on :${port}`).join(', ');
  for (const line of wrap(`${rows}: held by the kernel, no descriptor`, columns - 2)) yield `  ${paint.dim(line)}\n`;
}

function worstLeak({ byLeak }: VerdictGroup): Leak {
  if (byLeak.certain !== undefined) return 'certain';
  return byLeak.suspect === undefined ? 'no' : 'suspect';
}

function tallyBy<Key extends string>(
  descriptors: readonly Descriptor[],
  keyOf: (one: Descriptor) => Key | null,
): Partial<Record<Key, number>> {
  const tally: Partial<Record<Key, number>> = {};
  for (const descriptor of descriptors) {
    const key = keyOf(descriptor);
    if (key !== null) tally[key] = (tally[key] ?? 0) + 1;
  }
  return tally;
}
