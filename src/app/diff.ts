import { USUAL_MS } from '../collect/deadline.ts';
import { MOST_INSPECTION_BYTES, readFileText } from '../collect/read-file.ts';
import { CERTAIN_AFTER_MS } from '../core/classify/certainty.ts';
import { compareInspections } from '../core/compare/compare.ts';
import { parseInspection } from '../core/compare/parse-inspection.ts';
import type { Diff } from '../core/model/diff.ts';
import type { Inspection } from '../core/model/inspection.ts';
import { SOURCE_OPTIONS } from '../core/sources/registry.ts';
import { NO_STACKS } from '../core/saved/stack-evidence.ts';
import { inspectSaved } from './inspect/saved.ts';
import { inspect } from './inspect/inspect.ts';
import type { World } from './world.ts';

export type DiffOutcome =
  | { readonly kind: 'compared'; readonly diff: Diff; readonly isWhole: boolean }
  /** `usage`: a file that fdleak did not write; else a process that cannot be looked at. */
  | { readonly kind: 'refused'; readonly isUsage: boolean; readonly because: string };

export interface DiffRequest {
  readonly settleMs: number;
  readonly toolTimeoutMs: number;
  readonly onProgress: (what: string) => void;
}

type Loaded = { readonly kind: 'loaded'; readonly inspection: Inspection } | Extract<DiffOutcome, { kind: 'refused' }>;

/** Compares two inspections, each a file that `inspect --json` wrote or a live pid. */
export async function diffInspections(
  world: World,
  [a, b]: readonly [string, string],
  request: DiffRequest,
): Promise<DiffOutcome> {
  const before = await load(world, a, request);
  if (before.kind === 'refused') return before;
  const after = await load(world, b, request);
  if (after.kind === 'refused') return after;
  return {
    kind: 'compared',
    diff: compareInspections(before.inspection, after.inspection),
    isWhole: isWhole(before.inspection) && isWhole(after.inspection),
  };
}

/** A number is a pid; a file of such a name is `./4242`. */
async function load(world: World, source: string, request: DiffRequest): Promise<Loaded> {
  return /^[1-9]\d{0,6}$/.test(source) ? loadProcess(world, Number(source), request) : loadSaved(world, source);
}

async function loadProcess(world: World, pid: number, request: DiffRequest): Promise<Loaded> {
  request.onProgress(`looking at ${pid}`);
  const outcome = await inspect(world, {
    withinMs: USUAL_MS,
    ...request,
    certainAfterMs: CERTAIN_AFTER_MS,
    pid,
    sources: SOURCE_OPTIONS,
    withFlags: false,
    withQuotas: false,
    withOtherEnds: false,
  });
  if (outcome.kind === 'inspected') return { kind: 'loaded', inspection: outcome.inspection };
  const because = `cannot inspect process ${pid}: ${outcome.because}. Next: ${outcome.remedy}.`;
  return { kind: 'refused', isUsage: false, because };
}

/** Anything that `inspect --from` reads: a document of ours, a capture, a listing. */
async function loadSaved(world: World, path: string): Promise<Loaded> {
  const outcome = await inspectSaved({ paths: [path], pid: null, stacks: NO_STACKS, version: world.version });
  if (outcome.kind === 'inspected') return { kind: 'loaded', inspection: outcome.inspection };
  const because = `${path}: ${outcome.because}. Next: ${outcome.remedy}`;
  return loadOwn(path) ?? { kind: 'refused', isUsage: true, because };
}

/** Why a text that looks like a document of fdleak is not one; null for other texts. */
function loadOwn(path: string): Loaded | null {
  const read = readFileText(path, MOST_INSPECTION_BYTES);
  if (read.kind === 'refused') {
    const next = 'give a pid, or a file that inspect --from reads: fdleak inspect <pid> --json writes one';
    return { kind: 'refused', isUsage: true, because: `${read.because}. Next: ${next}` };
  }
  if (!/^\s*\{/.test(read.text)) return null;
  const parsed = parseInspection(read.text);
  return parsed.kind === 'parsed'
    ? { kind: 'loaded', inspection: parsed.inspection }
    : { kind: 'refused', isUsage: true, because: `${path}: ${parsed.because}; fdleak inspect <pid> --json writes one` };
}

/** Whether its descriptors could be listed: what nobody saw is neither new nor gone. */
function isWhole({ capability }: Inspection): boolean {
  return capability.level !== 'count';
}
