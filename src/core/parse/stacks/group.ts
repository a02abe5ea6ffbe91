import type { Frame, StackGroup } from '../../model/stacks.ts';
import { groupBy } from '../../group-by.ts';

/** One thread or goroutine of a dump that lists each by itself. */
export interface OneStack {
  readonly state: string | null;
  readonly waitingMinutes: number | null;
  readonly thread: number | null;
  readonly name: string | null;
  readonly frames: readonly Frame[];
  readonly createdBy: Frame | null;
}

/** Puts stacks of the same frames together, the largest group first. */
export function toGroups(stacks: readonly OneStack[]): readonly StackGroup[] {
  // Of threads without frames nothing says that they are alike.
  const groups = groupBy(stacks, ({ frames, name, thread }) =>
    frames.length === 0
      ? `${name} ${thread}`
      : frames.map((frame) => `${frame.function} ${frame.file}:${frame.line}`).join('\n'),
  );
  return [...groups.values()].map(toGroup).sort((a, b) => b.count - a.count);
}

function toGroup(members: readonly OneStack[]): StackGroup {
  const [first] = members;
  const minutes = members.flatMap(({ waitingMinutes }) => (waitingMinutes === null ? [] : [waitingMinutes]));
  return {
    count: members.length,
    state: first?.state ?? null,
    waitingMinutes: toRange(minutes),
    threads: members.flatMap(({ thread }) => (thread === null ? [] : [thread])),
    names: members.flatMap(({ name }) => (name === null ? [] : [name])),
    frames: first?.frames ?? [],
    createdBy: first?.createdBy ?? null,
  };
}

/** The smallest and the largest; a dump may hold more numbers than a call takes arguments. */
function toRange(minutes: readonly number[]): StackGroup['waitingMinutes'] {
  if (minutes.length === 0) return null;
  let [least, most] = [Infinity, -Infinity];
  for (const minute of minutes) {
    least = Math.min(least, minute);
    most = Math.max(most, minute);
  }
  return { least, most };
}
