import type { ParseFault } from '../model/fault.ts';
import type { ToolRun } from '../model/reading.ts';
import type { Counted, Disagreement, Missing, Source } from '../model/source.ts';
import type { Said, Unsaid } from '../model/tool-reading.ts';
import type { OwnView } from './own-view.ts';

/** What a source found out for its row; what it does not say is null there. */
export type SourceCounts = Partial<Omit<Source, 'name'>>;

/** A source that we read ourselves: its part of the evidence is in the view. */
export interface OwnSource {
  /** What `--sources` calls it; `proc` is always read. */
  readonly option: string;
  /** What it counts by its nature: elsewhere a missing number is blank, not unknown. */
  readonly counts: readonly Counted[];
  count(view: OwnView): SourceCounts;
  /** What is missing without it, or without a part of it. */
  missing(view: OwnView): readonly Omit<Missing, 'source'>[];
  /** Its input that did not fit the format. */
  faults(view: OwnView): readonly ParseFault[];
}

/** A program that is asked beside: a second opinion, and the few things that only it tells. */
export interface ToolSource<S extends Said<unknown>> {
  readonly option: string;
  readonly counts: readonly Counted[];
  /** What would help where it is not installed; null: it is not missed, its facts are there without it. */
  readonly remedy: string | null;
  /** Which programs to run, in rounds, and what their output says. */
  ask(target: ToolTarget): Dialogue<S | Unsaid>;
  count(said: S, view: OwnView): SourceCounts;
  /** Where it and `/proc` differ, and why. */
  differences(said: S, view: OwnView): readonly Disagreement[];
}

/** The process that a tool is asked about. */
export interface ToolTarget {
  readonly pid: number;
  /** The process, or a thread of it where its leader has exited: one that lives in its namespace. */
  readonly task: number;
  /** Whether it lives in another network namespace than we. */
  readonly isForeign: boolean;
}

export interface ToolCall {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * Asks for programs to be run, all of one round at once, is handed what each gave, and ends with what they said. It runs nothing itself:
 * the edge does, and a test answers in its place.
 */
export type Dialogue<Reading> = Generator<readonly ToolCall[], Reading, readonly ToolRun[]>;

/** The call in the network namespace of the target: entering another takes privilege. @see nsenter(1) */
export function inNamespaceOf({ task, isForeign }: ToolTarget, { command, args }: ToolCall): ToolCall {
  return isForeign ? { command: 'nsenter', args: [`--net=/proc/${task}/ns/net`, command, ...args] } : { command, args };
}

/** Runs one program. */
export function* run(call: ToolCall): Dialogue<ToolRun> {
  const [ran = NOT_RUN] = yield [call];
  return ran;
}

/** What stands for a run that there was none of. */
export const NOT_RUN = { kind: 'unavailable', because: 'not run' } as const satisfies ToolRun;

/** The reading of a run that gave no text. */
export function toUnsaid(ran: Exclude<ToolRun, { kind: 'ran' }>): Unsaid {
  return ran.kind === 'failed' ? { kind: 'failed', because: ran.because } : ran;
}

/** The same, of a program that says it when it is not permitted. */
export function toUnsaidOrDenied(ran: Exclude<ToolRun, { kind: 'ran' }>): Unsaid {
  const isDenied = ran.kind === 'failed' && /permitted|denied/i.test(ran.stderr);
  return isDenied ? { kind: 'denied', because: ran.because } : toUnsaid(ran);
}
