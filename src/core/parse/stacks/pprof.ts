import type { Frame, StackGroup, Stacks } from '../../model/stacks.ts';

/** The part of profile.proto that tells stacks, decoded; strings and ids are looked up. */
export interface PprofProfile {
  /** `goroutine`, `goroutineleak`: the type of the first value of a sample. */
  readonly sampleType: string | null;
  readonly samples: readonly {
    readonly value: number;
    /** The innermost first; inlined calls are frames of their own. */
    readonly frames: readonly Frame[];
  }[];
}

/**
 * Turns a decoded goroutine profile in protobuf, `/debug/pprof/goroutine`, into groups of stacks.
 *
 *     { sampleType: 'goroutine', samples: [{ value: 40, frames: [{ function: 'main.serve', file: 'a.go', line: 7 }] }] }
 *
 * Samples with the same frames and other labels are one group. null for profiles of another kind: heap, cpu.
 *
 * @see github.com/google/pprof proto/profile.proto
 */
export function toStacksOfPprof({ sampleType, samples }: PprofProfile): Stacks | null {
  if (sampleType !== 'goroutine' && sampleType !== 'goroutineleak') return null;
  const groups = new Map<string, { count: number; frames: readonly Frame[] }>();
  for (const { value, frames } of samples) {
    const key = frames.map((frame) => `${frame.function} ${frame.file}:${frame.line}`).join('\n');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { count: value, frames });
    else group.count += value;
  }
  const list = [...groups.values()].map(({ count, frames }): StackGroup => ({
    count,
    frames,
    state: null,
    waitingMinutes: null,
    threads: [],
    names: [],
    createdBy: null,
  }));
  return {
    source: 'goroutine-profile',
    pid: null,
    total: list.reduce((sum, { count }) => sum + count, 0),
    groups: list.sort((a, b) => b.count - a.count),
    saysLeaked: sampleType === 'goroutineleak',
  };
}
