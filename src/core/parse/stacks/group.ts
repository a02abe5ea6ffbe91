import type { Frame, StackGroup } from '../../model/stacks.ts';

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
  const groups = new Map<string, OneStack[]>();
  for (const stack of stacks) {
    // Of threads without frames nothing says that they are alike.
    const key =
      stack.frames.length === 0
        ? `${stack.name} ${stack.thread}`
        : stack.frames.map((frame) => `${frame.function} ${frame.file}:${frame.line}`).join('\n');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [stack]);
    else group.push(stack);
  }
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
