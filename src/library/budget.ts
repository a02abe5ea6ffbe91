import { assertProcess } from '../app/assert/assert.ts';
import { readBaseline, readBudget } from '../app/assert/read-budget.ts';
import type { Baseline } from '../core/budget/assert-budget.ts';
import { parseMaxOpen } from '../core/budget/budget-file.ts';
import { parseIgnore } from '../core/exercise/ignore.ts';
import type { AssertionReport } from '../core/model/assertion.ts';
import { type Budget, type IgnorePattern, isSubject, type MaxOpen, type Subject } from '../core/model/budget.ts';
import type { Inspection } from '../core/model/inspection.ts';
import { renderAssertionText } from '../report/assertion/text.ts';
import { BudgetError, ObservationError } from './errors.ts';
import { warnSkipped, whyUnsupported } from './platform.ts';
import { theWorld } from './world.ts';

/** A budget in code: what a budget file says. */
export interface BudgetInput {
  /** `200`, or `'80%'` of the soft limit. */
  readonly maxOpen?: number | string;
  /** Descriptor numbers below the soft limit that must be free. */
  readonly minHeadroom?: number;
  /** `{ orphaned: 0, epoll: 2 }`: at most so many of a kind or verdict. */
  readonly max?: Readonly<Partial<Record<Subject, number>>>;
  /** `path:/var/log/*`, `peer:10.0.0.5:*`, `port:8080`, `kind:eventfd`, `verdict:bound`. */
  readonly ignore?: readonly string[];
  /** Nothing is there that was not there then. */
  readonly baseline?: Inspection;
  /** Kinds and verdicts that the baseline is about. Default: all. */
  readonly baselineOf?: readonly Subject[];
}

export interface AssertOptions {
  /** How long what breaks the budget may take to be closed, ms. Default: what the file says, else 5000. */
  readonly settleMs?: number;
  readonly toolTimeoutMs?: number;
}

/**
 * Resolves when a process is within a budget, given as an object or as the path of a file (YAML or JSON).
 *
 *     await assertBudget(server.pid, { maxOpen: '80%', max: { orphaned: 0 } });
 *
 * Rejects with a {@link BudgetError}, whose `report` is the document `fdleak.assertion/1`, when it is not, or when that could not
 * be decided. Where there is no Linux it warns in one line and resolves with null.
 */
export async function assertBudget(
  pid: number,
  budget: BudgetInput | string,
  options: AssertOptions = {},
): Promise<AssertionReport | null> {
  const report = await checkBudget(pid, budget, options);
  if (report === null || report.passed) return report;
  throw new BudgetError(renderAssertionText(report).trimEnd(), report);
}

/** As {@link assertBudget}, but resolves with the report whatever it says. */
export async function checkBudget(
  pid: number,
  budget: BudgetInput | string,
  { settleMs, toolTimeoutMs = 10_000 }: AssertOptions = {},
): Promise<AssertionReport | null> {
  const unsupported = whyUnsupported();
  if (unsupported !== null) {
    warnSkipped(unsupported);
    return null;
  }
  const asked = typeof budget === 'string' ? await fromFile(budget) : fromInput(budget);
  return assertProcess(theWorld(), {
    pid,
    budget: asked.budget,
    baseline: asked.baseline,
    exercise: null,
    settleMs: settleMs ?? asked.settleMs ?? 5000,
    toolTimeoutMs,
    onProgress: () => undefined,
  });
}

interface Asked {
  readonly budget: Budget;
  readonly baseline: Baseline | null;
  readonly settleMs: number | null;
}

async function fromFile(path: string): Promise<Asked> {
  const reading = await readBudget(path);
  if (reading.kind === 'refused') throw new ObservationError(reading.because);
  const { budget, baseline, baselineOf, settleMs } = reading.file;
  if (baseline === null) return { budget, baseline: null, settleMs };
  const before = readBaseline(baseline, baselineOf, path);
  if (before.kind === 'refused') throw new ObservationError(before.because);
  return { budget, baseline: before.baseline, settleMs };
}

function fromInput({ maxOpen, minHeadroom, max = {}, ignore = [], baseline, baselineOf = [] }: BudgetInput): Asked {
  return {
    budget: {
      maxOpen: maxOpen === undefined ? null : toMaxOpen(maxOpen),
      minHeadroom: minHeadroom ?? null,
      max: toMax(max),
      ignore: toPatterns(ignore),
    },
    baseline: baseline === undefined ? null : { inspection: baseline, of: baselineOf },
    settleMs: null,
  };
}

function toMaxOpen(value: number | string): MaxOpen {
  const max = parseMaxOpen(`${value}`);
  if (max === undefined)
    throw new TypeError(`maxOpen is ${JSON.stringify(value)}; expected a number or a share: 200, '80%'`);
  return max;
}

function toMax(max: NonNullable<BudgetInput['max']>): Map<Subject, number> {
  const entries = new Map<Subject, number>();
  for (const [name, most] of Object.entries(max)) {
    if (!isSubject(name)) throw new TypeError(`max.${name}: this is neither a kind nor a verdict`);
    if (!Number.isSafeInteger(most) || most < 0) throw new TypeError(`max.${name} is ${most}; expected a whole number`);
    entries.set(name, most);
  }
  return entries;
}

/** Patterns of `ignore`; throws a TypeError for one that is none. */
export function toPatterns(texts: readonly string[]): IgnorePattern[] {
  return texts.map((text) => {
    const pattern = parseIgnore(text);
    if (pattern !== undefined) return pattern;
    throw new TypeError(
      `ignore: ${JSON.stringify(text)} is not a pattern; expected path:/var/log/*, peer:10.0.0.5:*, port:8080, kind:eventfd or verdict:bound`,
    );
  });
}
